/** All about one kernel: where it is from, what it is made of, what the lab loads of it, and the images made for it. */
import { relative } from "node:path";
import { GUEST_MODULES, PROTOCOL_MODULES } from "../../../images/recipe.ts";
import { type Page, table } from "../../../reports/terminal-text.ts";
import { diskUsage } from "../../base/disk-usage.ts";
import { type CachedImage, cachedImages } from "../../image/index.ts";
import { findModules, readModuleIndex } from "../../kernels/index.ts";
import { readModuleFile } from "../../kernels/module-file.ts";
import type { KernelArtefacts } from "../../model/kernel.ts";
import { formatKernelVersion } from "../../model/kernel-version.ts";
import { facts, size, time } from "./text.ts";

/** @param at when the archive was asked for it, in milliseconds since 1970; absent for what is not from one. */
export async function renderKernel(page: Page, kernel: KernelArtefacts, at?: number): Promise<string> {
  const images = cachedImages(kernel);
  const chapters: [title: string, lines: string[]][] = [
    [kernel.spec, kernelFacts(kernel, at)],
    ["PACKAGES", table(kernel.packages.map(({ name, version, sha256 }) => [`  ${name}`, version, sha256]))],
    ["MODULES the lab loads, in that order, and the hashes of their files", await moduleLines(kernel)],
    ["IMAGES", await imageLines(images)],
  ];
  const shown = chapters.filter(([, lines]) => lines.length > 0);
  return shown.map(([title, lines]) => `${[page.paint("heading", title), ...lines].join("\n")}\n`).join("\n");
}

function kernelFacts(kernel: KernelArtefacts, at: number | undefined): string[] {
  return facts([
    ["release", kernel.release],
    ["version", formatKernelVersion(kernel.version)],
    ["asked", at === undefined ? undefined : time(at)],
    ["vmlinuz", kernel.vmlinuz],
    ["sha256", kernel.sha256],
    ["modules", kernel.modulesDirectory ?? "nothing is known of them"],
    ["config", kernel.config],
  ]);
}

/** What is neither a module nor built in is said as well: that is what a run will do without. */
async function moduleLines(kernel: KernelArtefacts): Promise<string[]> {
  if (kernel.modulesDirectory === undefined) return [];
  const names = [...GUEST_MODULES, ...PROTOCOL_MODULES];
  const [{ files, missing }, { builtin }] = await Promise.all([findModules(kernel, names), readModuleIndex(kernel)]);
  const hashes = await Promise.all(files.map(async ({ path }) => (await readModuleFile(path)).sha256));
  const top = kernel.modulesDirectory;
  const rows = files.map(({ name, path }, place) => [`  ${name}`, hashes[place] ?? "", relative(top, path)]);
  const inside = names.filter((name) => builtin?.has(name));
  return [
    ...table(rows),
    ...(inside.length > 0 ? [`  built in: ${inside.join(", ")}`] : []),
    ...(missing.length > 0 ? [`  neither a module nor known to be built in: ${missing.join(", ")}`] : []),
  ];
}

async function imageLines(images: readonly CachedImage[]): Promise<string[]> {
  const usage = await diskUsage(images.map(({ path }) => path));
  return table(
    images.map(({ what, userSpace, path }) => [
      `  ${[what, userSpace].filter(Boolean).join(", ")}`,
      size(usage.get(path) ?? 0),
      path,
    ]),
  );
}
