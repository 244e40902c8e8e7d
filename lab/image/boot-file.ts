/**
 * What QEMU is given as the kernel: the vmlinux inside a bzImage where it can be entered directly (PVH), which spares
 * an emulated guest the unpacking; otherwise the bzImage itself. Of a build tree it may be the vmlinux alone.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError, UsageError } from "../base/errors.ts";
import { elfHead } from "../kernels/elf.ts";
import { fileHead } from "../kernels/file-facts.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { hasPvhEntry } from "./elf-note.ts";
import { type Build, entry } from "./entry.ts";
import { runShell } from "./shell.ts";
import { hashOf } from "./stamp.ts";
import { unpack, unpackerFor } from "./unpack.ts";

export interface BootFile {
  readonly path: string;
  /** Whether QEMU enters it by its PVH entry. */
  readonly pvh: boolean;
}

export const BOOT_KIND = "kernel";
const VMLINUX = "vmlinux";
/** Counts changes of how a vmlinux is taken out. */
const REVISION = 1;

/**
 * Never fails for a bzImage's sake: what cannot be taken out is noted, and the bzImage used.
 * @throws UsageError for a vmlinux that QEMU cannot enter.
 */
export async function bootFile(kernel: KernelArtefacts, note: (line: string) => void): Promise<BootFile> {
  const key = bootFileKey(kernel);
  if (elfHead(await fileHead(kernel.vmlinuz, 64))) return strippedFile(kernel, key, note);
  try {
    const build = (scratch: string) => takeOut(kernel.vmlinuz, scratch);
    const { files, facts } = await entry({ what: `kernel ${kernel.spec}`, key, build, note });
    if (files[0]) return { path: files[0].path, pvh: true };
    note(`kernel ${kernel.spec}: booting the bzImage: ${facts}`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    note(`kernel ${kernel.spec}: booting the bzImage, its vmlinux could not be taken out: ${error.message}`);
  }
  return { path: kernel.vmlinuz, pvh: false };
}

/** Name of what is made of the kernel in the cache. */
export function bootFileKey(kernel: Pick<KernelArtefacts, "sha256">): readonly [kind: string, hash: string] {
  return [BOOT_KIND, hashOf([REVISION, kernel.sha256])];
}

/** A vmlinux as it was linked: debug information, most of it, is of no use to QEMU. */
async function strippedFile(kernel: KernelArtefacts, key: readonly [string, string], note: (line: string) => void) {
  const what = `kernel ${kernel.spec}`;
  const { files } = await entry({ what, key, build: (scratch) => strip(kernel.vmlinuz, scratch), note });
  if (files[0]) return { path: files[0].path, pvh: true };
  throw new UsageError(`"${kernel.vmlinuz}" cannot be booted as it is: it has no PVH entry`, {
    mend: "build the bzImage as well, or a kernel with CONFIG_PVH=y",
  });
}

async function strip(from: string, scratch: string): Promise<Build<string>> {
  const vmlinux = join(scratch, VMLINUX);
  await runShell('exec strip -o "$2" "$1"', [from, vmlinux], vmlinux);
  return hasPvhEntry(await readFile(vmlinux)) ? { files: [VMLINUX], facts: "" } : { files: [], facts: "no PVH entry" };
}

/** The facts say why there is no file. */
async function takeOut(vmlinuz: string, scratch: string): Promise<Build<string>> {
  const [packed, vmlinux] = [join(scratch, "payload"), join(scratch, VMLINUX)];
  await writeFile(packed, payloadOf(await readFile(vmlinuz)));
  await unpack(packed, vmlinux);
  await rm(packed);
  if (!hasPvhEntry(await readFile(vmlinux))) return { files: [], facts: "its vmlinux has no PVH entry" };
  return { files: [VMLINUX], facts: "" };
}

/**
 * The compressed vmlinux of a bzImage (Documentation/arch/x86/boot.rst: `payload_offset`, `payload_length`).
 * @throws EnvironmentError when there is none, or in a compression that is not known.
 */
export function payloadOf(image: Buffer): Buffer {
  const [protocol, setupSectors] = [image.length > 0x250 ? image.readUInt16LE(0x206) : 0, image[0x1f1] || 4];
  if (image.toString("latin1", 0x202, 0x206) !== "HdrS" || protocol < 0x208) {
    throw new EnvironmentError("the image has no setup header with a payload");
  }
  const start = (setupSectors + 1) * 512 + image.readUInt32LE(0x248);
  const payload = image.subarray(start, start + image.readUInt32LE(0x24c));
  const command = unpackerFor(payload);
  if (!command)
    throw new EnvironmentError(`the payload begins with ${payload.toString("hex", 0, 6)}: no known compression`);
  // Only gzip has its unpacked length at its own end; behind all others the build puts four bytes of it.
  return command.startsWith("gzip") ? payload : payload.subarray(0, -4);
}
