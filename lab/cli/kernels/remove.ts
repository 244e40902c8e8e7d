/** Takes kernels and the images made for them out of the cache, and says what that freed. */
import { diskUsage } from "../../base/disk-usage.ts";
import { allImagePaths, cachedImages } from "../../image/index.ts";
import { type CachedKernel, forgetSpecs, orphanedKernels, removeKernel, removeWhole } from "../../kernels/index.ts";
import type { KernelArtefacts } from "../../model/kernel.ts";
import { count, size } from "./text.ts";

export interface Victim {
  /** As the user typed it. */
  readonly typed: string;
  /** In its canonical form; absent for a kernel of the user's own, which has nothing in the cache but its images. */
  readonly spec?: string;
  /** Absent where the cache holds it damaged. */
  readonly kernel?: KernelArtefacts;
}

/** Every kernel, those no spec means among them, and every image made for any kernel. */
export async function removeAll(known: readonly CachedKernel[]): Promise<string> {
  const orphans = await orphanedKernels(known);
  const directories = [...(await forgetSpecs(known, known)), ...orphans];
  const freed = await removePaths(directories, allImagePaths());
  return `removed ${count(directories.length, "kernel")} and all images: ${size(freed).trim()} freed\n`;
}

/** What shares its files with a kernel that stays is only forgotten. */
export async function removeSpecs(victims: readonly Victim[], known: readonly CachedKernel[]): Promise<string> {
  const cached = known.filter(({ spec }) => victims.some((victim) => victim.spec === spec));
  const directories = await forgetSpecs(cached, known);
  const lines: string[] = [];
  let total = 0;
  const staying = known.filter((each) => !cached.includes(each));
  for (const { typed, spec, kernel } of victims) {
    const directory = cached.find((each) => each.spec === spec)?.directory;
    const own = directories.filter((each) => each === directory);
    const sharer = staying.find((each) => kernel && each.kernel?.sha256 === kernel.sha256);
    const images = kernel && !sharer ? cachedImages(kernel).map(({ path }) => path) : [];
    const freed = await removePaths(own, images);
    total += freed;
    lines.push(`${typed}: ${sharer ? `its files stay, ${sharer.spec} has the same; ` : ""}${size(freed).trim()} freed`);
  }
  return `${[...lines, ...(lines.length > 1 ? [`${size(total).trim()} freed`] : [])].join("\n")}\n`;
}

async function removePaths(kernels: readonly string[], images: readonly string[]): Promise<number> {
  const usage = await diskUsage([...kernels, ...images]);
  for (const directory of kernels) await removeKernel(directory);
  for (const directory of images) await removeWhole(directory);
  return [...usage.values()].reduce((sum, bytes) => sum + bytes, 0);
}
