/** The packages a kernel consists of: apt resolves the dependencies, here they are read and picked. */
import { createHash } from "node:crypto";
import type { KernelPackage } from "../model/kernel.ts";

export interface ArchivePackage extends KernelPackage {
  /** Bytes of the package file. */
  readonly size: number;
}

export interface KernelPackageSet {
  readonly release: string;
  /** Version of the package that names the kernel. */
  readonly version: string;
  /** Sorted by name. */
  readonly packages: readonly ArchivePackage[];
}

/** Reads `apt-get --print-uris`: lines of `'URI' name_version_arch.deb size SHA256:hash`. */
export function parseUris(output: string): ArchivePackage[] {
  const lines = output.matchAll(/^'[^']*' ([^_\s]+)_([^_\s]+)_\S+\.deb (\d+) SHA256:([0-9a-f]{64})$/gm);
  return [...lines].map(([, name = "", version = "", size, sha256 = ""]) => {
    return { name, version: decodeURIComponent(version), size: Number(size), sha256 };
  });
}

/**
 * The kernel in what apt would install: its image package and those of the same release (`linux-binary-*`,
 * `linux-modules-*`, `linux-base-*`), without what a running system would need beside it.
 * @returns undefined when there is no kernel image in it.
 */
export function kernelPackages(solution: readonly ArchivePackage[]): KernelPackageSet | undefined {
  const image = solution.find(({ name }) => /^linux-image-\d/.test(name));
  if (!image) return undefined;
  const release = image.name.slice("linux-image-".length);
  const packages = solution.filter(({ name }) => name.startsWith("linux-") && name.endsWith(`-${release}`));
  packages.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { release, version: image.version, packages };
}

/** Name of the cache entry made from these packages; `layout` changes with how entries are made. */
export function contentAddress(packages: readonly KernelPackage[], layout: string): string {
  const content = packages.map(({ name, version, sha256 }) => [name, version, sha256]);
  return createHash("sha256")
    .update(JSON.stringify([layout, content]))
    .digest("hex")
    .slice(0, 32);
}
