/** Kernels that are the user's own files. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../base/errors.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import type { FileSpec } from "./kernel-spec.ts";
import { readKernelFile } from "./setup-header.ts";

/** @param typed the spec as the user typed it. @throws UsageError for files that are not what they should be. */
export async function resolveKernelFile(spec: FileSpec, typed: string): Promise<KernelArtefacts> {
  const vmlinuz = resolve(spec.vmlinuz);
  const { release, version } = await readKernelFile(vmlinuz);
  const sha256 = createHash("sha256")
    .update(await readFile(vmlinuz))
    .digest("hex");
  const kernel = { spec: typed, release, version, vmlinuz, sha256, packages: [] };
  if (spec.modules === undefined) return kernel;
  return { ...kernel, modulesDirectory: await checkedModules(resolve(spec.modules), release) };
}

async function checkedModules(directory: string, release: string): Promise<string> {
  if (await isFile(join(directory, "modules.dep"))) return directory;
  const mend = `name the directory that holds modules.dep (as /lib/modules/${release} does); depmod makes it`;
  throw new UsageError(`module directory "${directory}" has no modules.dep`, { mend });
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
