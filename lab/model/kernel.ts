/** A kernel on disk, ready to be put into a guest. */
import type { KernelVersion } from "./kernel-version.ts";

export interface KernelPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

export interface KernelArtefacts {
  /** The spec as the user typed it, e.g. `debian:bookworm/cloud`. */
  readonly spec: string;
  /** `uname -r`, e.g. `6.1.0-56-cloud-amd64`. */
  readonly release: string;
  /** Upstream version, e.g. `[6, 1, 192]`. */
  readonly version: KernelVersion;
  /** Path of the bootable image (bzImage). */
  readonly vmlinuz: string;
  /** Hex SHA-256 of `vmlinuz`. */
  readonly sha256: string;
  /** Path of the directory that holds `modules.dep` and `kernel/`; absent for a kernel without modules. */
  readonly modulesDirectory?: string;
  /** Path of the kernel's configuration, if known. */
  readonly config?: string;
  /** The packages it came from; empty for the user's own files. */
  readonly packages: readonly KernelPackage[];
}
