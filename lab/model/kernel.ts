/** A kernel on disk, ready to be put into a guest. */
import type { KernelVersion } from "./kernel-version.ts";

export interface KernelPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** A file of the user's that takes the place of the kernel's module of that name, or is added to its modules. */
export interface ModuleOverride {
  /** As the kernel names it, with underscores. */
  readonly name: string;
  readonly path: string;
  /** Hex SHA-256 of the file as it is, perhaps compressed. */
  readonly sha256: string;
  /** Names of the modules it needs directly. */
  readonly needs: readonly string[];
}

export interface KernelArtefacts {
  /** The spec as the user typed it, e.g. `debian:bookworm/cloud`. */
  readonly spec: string;
  /** `uname -r`, e.g. `6.1.0-56-cloud-amd64`. */
  readonly release: string;
  /** Upstream version, e.g. `[6, 1, 192]`. */
  readonly version: KernelVersion;
  /** Path of the image: a bzImage, or the vmlinux of a build tree. */
  readonly vmlinuz: string;
  /** Hex SHA-256 of `vmlinuz`. */
  readonly sha256: string;
  /**
   * Path of the directory its modules are listed in: by `modules.dep` as installed, or by `modules.order` as built;
   * absent where nothing is known of modules.
   */
  readonly modulesDirectory?: string;
  /** Modules of the user's own; absent or empty: the kernel is as it came. */
  readonly overrides?: readonly ModuleOverride[];
  /** Path of the kernel's configuration, if known. */
  readonly config?: string;
  /** The packages it came from; empty for the user's own files. */
  readonly packages: readonly KernelPackage[];
}
