/** Kernels that are the user's own files. */
import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../base/errors.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { fileHash } from "./file-facts.ts";
import type { FileSpec } from "./kernel-spec.ts";
import { BUILTIN_LIST, MODULE_LISTS } from "./module-index.ts";
import { readKernelFile } from "./setup-header.ts";

/** @param typed the spec as the user typed it. @throws UsageError for files that are not what they should be. */
export async function resolveKernelFile(spec: FileSpec, typed: string): Promise<KernelArtefacts> {
  const vmlinuz = resolve(spec.vmlinuz);
  const { release, version } = await readKernelFile(vmlinuz);
  const kernel = { spec: typed, release, version, vmlinuz, sha256: await fileHash(vmlinuz), packages: [] };
  if (spec.modules === undefined) return kernel;
  return { ...kernel, modulesDirectory: await checkedModules(resolve(spec.modules), release) };
}

async function checkedModules(directory: string, release: string): Promise<string> {
  const names = await readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "does not exist" : `cannot be read: ${cause.message}`;
    throw new UsageError(`module directory "${directory}" ${why}`, { cause });
  });
  if (MODULE_LISTS.some((name) => names.includes(name))) return directory;
  // Where everything is built in, nobody may have called depmod.
  if (names.includes(BUILTIN_LIST) && !(await holdsModules(directory))) return directory;
  const mend = `name the directory that holds modules.dep (as /lib/modules/${release} does); depmod makes it`;
  throw new UsageError(`module directory "${directory}" has no modules.dep`, { mend });
}

async function holdsModules(directory: string): Promise<boolean> {
  const names = await readdir(directory, { recursive: true });
  return names.some((name) => /\.ko(\.\w+)?$/.test(name));
}
