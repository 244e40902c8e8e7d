/** Kernels that are wrong in one way each, made from a good one. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";

/** The good kernel as a spec of files, its list of modules without those whose path matches. */
export async function kernelWithout(good: KernelArtefacts, module: RegExp, place: string): Promise<string> {
  const modules = good.modulesDirectory ?? "";
  await mkdir(place);
  const listed = (await readFile(join(modules, "modules.dep"), "utf8")).trim().split("\n");
  const kept = listed.filter((line) => !module.test(line.split(":")[0] ?? ""));
  // depmod writes absolute paths for modules that lie elsewhere.
  const absolute = kept.map((line) => line.replace(/(?<=^| )(?=\S)/g, `${modules}/`));
  await writeFile(join(place, "modules.dep"), `${absolute.join("\n")}\n`);
  await writeFile(join(place, "modules.builtin"), await readFile(join(modules, "modules.builtin")));
  return `file:${good.vmlinuz},modules=${place}`;
}

/** Set-up code is at most 64 sectors of 512 bytes behind the first. */
const SETUP = 65 * 512;

/** A valid setup header, and behind it what no processor wants to run. */
export async function kernelOfNoise(good: KernelArtefacts, path: string): Promise<string> {
  const image = await readFile(good.vmlinuz);
  image.fill(0xf4, SETUP); // hlt: under an emulator the quiet way to go nowhere
  await writeFile(path, image);
  return `file:${path},modules=${good.modulesDirectory}`;
}

/** The beginning of a kernel, as a download that broke off leaves it. */
export async function kernelCutOff(good: KernelArtefacts, path: string): Promise<string> {
  const image = await readFile(good.vmlinuz);
  await writeFile(path, image.subarray(0, Math.floor(image.length / 2)));
  return `file:${path}`;
}
