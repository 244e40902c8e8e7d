/** The host's installed kernel, to be booted in a guest: what the distribution keeps of the kernel that is running. */
import { access, constants, stat } from "node:fs/promises";
import { release as runningRelease } from "node:os";
import { join } from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { fileHash } from "./file-facts.ts";
import { readKernelFile } from "./setup-header.ts";

/** Another machine, for tests. */
export interface Machine {
  /** Directory its files are in; default `/`. */
  readonly root?: string;
  /** Default: `uname -r`. */
  readonly release?: string;
}

const MEND =
  "install the package of that kernel, name one with debian:SUITE or file:VMLINUZ,modules=DIR, or use host (namespaces of the running kernel)";

/** @throws EnvironmentError saying what is missing and where it was looked for; in containers it mostly is. */
export async function resolveRunningKernel(typed: string, machine: Machine = {}): Promise<KernelArtefacts> {
  const { root = "/", release = runningRelease() } = machine;
  const title = `the running kernel ${release}`;
  const images = [`boot/vmlinuz-${release}`, `usr/lib/modules/${release}/vmlinuz`, `lib/modules/${release}/vmlinuz`];
  const vmlinuz = await firstOf(
    images.map((path) => join(root, path)),
    `${title} is not installed here`,
  );
  const modules = [`lib/modules/${release}`, `usr/lib/modules/${release}`].map((path) => join(root, path));
  const modulesDirectory = await firstOf(modules, `the modules of ${title} are not installed here`);
  await access(vmlinuz, constants.R_OK).catch((cause: Error) => {
    throw new EnvironmentError(`"${vmlinuz}" cannot be read: ${cause.message}`, { mend: "run the lab as root", cause });
  });
  const found = await readKernelFile(vmlinuz);
  if (found.release !== release) {
    throw new EnvironmentError(`"${vmlinuz}" calls itself "${found.release}", and "${release}" is running`, {
      mend: MEND,
    });
  }
  const { version } = found;
  return { spec: typed, release, version, vmlinuz, sha256: await fileHash(vmlinuz), modulesDirectory, packages: [] };
}

async function firstOf(paths: readonly string[], failure: string): Promise<string> {
  for (const path of paths) {
    if (await stat(path).catch(() => undefined)) return path;
  }
  throw new EnvironmentError(`${failure}: there is no "${paths.join('" and no "')}"`, { mend: MEND });
}
