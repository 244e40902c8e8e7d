/** What the image cache holds of a kernel: its boot file, every guest image and the disk of modules made for it. Looks only. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { UserSpace } from "../../images/recipe.ts";
import { cacheDirectory } from "../base/cache.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { BOOT_KIND, bootFileKey } from "./boot-file.ts";
import { ENTRY_MANIFEST, type Entry } from "./entry.ts";
import { GUEST_KIND, type GuestFacts } from "./guest-image.ts";
import { readJson } from "./stamp.ts";
import { MODULES_KIND } from "./workbench.ts";

export interface CachedImage {
  readonly what: "boot file" | "guest image" | "modules disk";
  /** Of a guest image: for scenarios (`lean`) or for people (`full`). */
  readonly userSpace?: UserSpace;
  /** Directory of the entry. */
  readonly path: string;
}

/** Whatever modules of it are replaced. */
export function cachedImages(kernel: Pick<KernelArtefacts, "sha256">): CachedImage[] {
  const boot = cacheDirectory("images", ...bootFileKey(kernel));
  const made = [
    ...madeFor(kernel.sha256, GUEST_KIND, "guest image"),
    ...madeFor(kernel.sha256, MODULES_KIND, "modules disk"),
  ];
  return existsSync(boot) ? [{ what: "boot file", path: boot }, ...made] : made;
}

function madeFor(kernel: string, kind: string, what: CachedImage["what"]): CachedImage[] {
  return entryPaths(kind).flatMap((path): CachedImage[] => {
    const { facts } = (readJson(join(path, ENTRY_MANIFEST)) ?? {}) as Partial<Entry<Partial<GuestFacts>>>;
    if (facts?.kernel !== kernel) return [];
    return [{ what, path, ...(facts.userSpace ? { userSpace: facts.userSpace } : {}) }];
  });
}

/** Directories of what was made for any kernel: not the agent and the user space, which all kernels share. */
export function allImagePaths(): string[] {
  return [BOOT_KIND, GUEST_KIND, MODULES_KIND].flatMap(entryPaths);
}

function entryPaths(kind: string): string[] {
  const directory = cacheDirectory("images", kind);
  if (!existsSync(directory)) return [];
  return readdirSync(directory).map((name) => join(directory, name));
}
