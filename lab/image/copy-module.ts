/** A module's way into an image: unpacked, and without the debug information that a build tree leaves in. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import { elfSections } from "../kernels/elf.ts";
import type { GuestModule } from "./guest-modules.ts";
import { runShell } from "./shell.ts";
import { hashFile } from "./stamp.ts";
import { unpack } from "./unpack.ts";

/** @returns its name and the hex SHA-256 of the unpacked file, debug information included. */
export async function copyModule(file: GuestModule, directory: string): Promise<{ name: string; sha256: string }> {
  const path = join(directory, `${file.name}.ko`);
  await unpack(file.path, path);
  // A module that is built anew meanwhile must not be kept under the name of the one before.
  if ((await hashFile(file.path)) !== file.packed) {
    throw new EnvironmentError(`module "${file.path}" changed while the image was built`, { mend: "run again" });
  }
  const sha256 = await hashFile(path);
  // As `make modules_install INSTALL_MOD_STRIP=1` does. It may be ten times the module, and memory of the guest.
  if (elfSections(await readFile(path)).has(".debug_info"))
    await runShell('exec strip --strip-debug "$1"', [path], path);
  return { name: file.name, sha256 };
}
