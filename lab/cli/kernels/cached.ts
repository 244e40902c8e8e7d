/** The kernels in the cache as a table. */
import type { Page } from "../../../reports/terminal-text.ts";
import { cacheDirectory } from "../../base/cache.ts";
import { diskUsage } from "../../base/disk-usage.ts";
import { cachedImages } from "../../image/index.ts";
import type { CachedKernel } from "../../kernels/index.ts";
import type { KernelPackage } from "../../model/kernel.ts";
import { columns, count, size, time } from "./text.ts";

const HEADS = ["SPEC", "RELEASE", "SIZE", "IMAGES", "ASKED", "VERSION", "FROM"] as const;

/** A line per spec and a sum; files that several specs mean are counted once in that. */
export async function renderCached(page: Page, kernels: readonly CachedKernel[]): Promise<string> {
  if (kernels.length === 0) return `no kernel in ${cacheDirectory()}\n`;
  const images = new Map(kernels.map((each) => [each, imagePaths(each)]));
  const usage = await diskUsage([
    ...new Set([...kernels.map(({ directory }) => directory), ...[...images.values()].flat()]),
  ]);
  const sum = (paths: Iterable<string>) => [...paths].reduce((total, path) => total + (usage.get(path) ?? 0), 0);
  const rows = kernels.map((each) => row(each, sum([each.directory]), sum(images.get(each) ?? [])));
  const apart = new Set(kernels.map(({ directory }) => directory)).size;
  const total = `${count(kernels.length, "spec")}, ${count(apart, "kernel")}`;
  const lines = columns(page, HEADS, rows);
  return `${lines.join("\n")}\n\n${total}, ${size(sum(usage.keys())).trim()} in ${cacheDirectory()}\n`;
}

/** What a suite had before it moved on. */
export async function renderOrphans(directories: readonly string[]): Promise<string> {
  if (directories.length === 0) return "";
  const usage = await diskUsage(directories);
  const total = [...usage.values()].reduce((sum, bytes) => sum + bytes, 0);
  return `${directories.length} more that no spec means any more, ${size(total).trim()}: macvlab kernels rm --all\n`;
}

function imagePaths({ kernel }: CachedKernel): string[] {
  return kernel ? cachedImages(kernel).map(({ path }) => path) : [];
}

function row({ spec, at, kernel }: CachedKernel, own: number, images: number): string[] {
  const asked = time(at);
  if (!kernel) return [spec, "(damaged or gone)", size(own), size(0), asked, "", ""];
  const suite = /^debian:([^/=]+)/.exec(spec)?.[1] ?? "";
  const { version = "" } = kernel.packages.find(({ name }) => name.startsWith("linux-image-")) ?? {};
  return [spec, kernel.release, size(own), size(images), asked, version, `${suite}: ${packageNames(kernel.packages)}`];
}

/** As a shell would expand it: what they have in common is written once. */
export function packageNames(packages: readonly KernelPackage[]): string {
  const parts = packages.map(({ name }) => /^linux-([a-z]+)-(.*)$/.exec(name));
  const release = parts[0]?.[2];
  if (parts.length < 2 || parts.some((part) => part?.[2] !== release))
    return packages.map(({ name }) => name).join(" ");
  return `linux-{${parts.map((part) => part?.[1]).join(",")}}-${release}`;
}
