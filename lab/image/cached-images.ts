/** What the image cache holds: of a kernel its boot file, every guest image and the disk of modules; or everything. Looks only. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { UserSpace } from "../../images/recipe.ts";
import { cacheDirectory } from "../base/cache.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { AGENT_KIND } from "./agent.ts";
import { BASE_KIND, BUILDER } from "./base.ts";
import { BOOT_KIND, bootFileKey } from "./boot-file.ts";
import { ENTRY_MANIFEST, type Entry } from "./entry.ts";
import { GUEST_KIND, type GuestFacts } from "./guest-image.ts";
import { hashOf, readJson } from "./stamp.ts";
import { MODULES_KIND, WORKBENCH_KIND } from "./workbench.ts";

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

/** Anything the image cache holds. */
export interface ImageEntry {
  readonly what: "agent" | "user space" | "workbench" | CachedImage["what"];
  /** Hash of all it is made from: its name in the cache. */
  readonly made: string;
  /** Hex SHA-256 of what it holds. */
  readonly contents: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Image of the container its packages were unpacked in; absent: they were on this machine, or it has none. */
  readonly builder?: string;
  /** Hex SHA-256 of the kernel it was made for. */
  readonly kernel?: string;
  readonly userSpace?: UserSpace;
}

const KINDS: readonly (readonly [kind: string, what: ImageEntry["what"]])[] = [
  [AGENT_KIND, "agent"],
  [BASE_KIND, "user space"],
  [GUEST_KIND, "guest image"],
  [BOOT_KIND, "boot file"],
  [WORKBENCH_KIND, "workbench"],
  [MODULES_KIND, "modules disk"],
];

/** By kind, the newest first; entries without a manifest were never finished, and are none. */
export function imageEntries(): ImageEntry[] {
  return KINDS.flatMap(([kind, what]) =>
    entryPaths(kind)
      .flatMap((path) => imageEntry(path, what))
      .sort((one, other) => other.at - one.at),
  );
}

function imageEntry(path: string, what: ImageEntry["what"]): ImageEntry[] {
  const { files, facts } = (readJson(join(path, ENTRY_MANIFEST)) ?? {}) as Partial<Entry<Partial<GuestFacts> | null>>;
  if (!Array.isArray(files)) return [];
  const isBuilder = ({ path: name }: { readonly path: string }) => name === BUILDER;
  const held = files.filter((file) => !isBuilder(file));
  return [
    {
      what,
      made: basename(path),
      contents: held.length === 1 ? (held[0]?.sha256 ?? "") : hashOf(held.map((file) => [file.path, file.sha256])),
      size: held.reduce((sum, file) => sum + file.size, 0),
      at: Math.max(0, ...files.map(({ mtimeMs }) => mtimeMs)),
      ...(files.some(isBuilder) ? { builder: readFileSync(join(path, BUILDER), "utf8").trim() } : {}),
      ...(facts?.kernel ? { kernel: facts.kernel } : {}),
      ...(facts?.userSpace ? { userSpace: facts.userSpace } : {}),
    },
  ];
}

function entryPaths(kind: string): string[] {
  const directory = cacheDirectory("images", kind);
  if (!existsSync(directory)) return [];
  return readdirSync(directory).map((name) => join(directory, name));
}
