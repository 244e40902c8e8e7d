/** A guest's image: the base every guest shares, and on top of it the agent and this kernel's modules. */
import { chmod, copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { UserSpace } from "../../images/recipe.ts";
import { cacheDirectory } from "../base/cache.ts";
import { cacheFailure } from "../base/disk-space.ts";
import { EnvironmentError } from "../base/errors.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { agentFile } from "./agent.ts";
import { pack } from "./archive.ts";
import { baseArchive, baseEntry, recipeHash } from "./base.ts";
import { type BootFile, bootFile } from "./boot-file.ts";
import { copyModule } from "./copy-module.ts";
import { type Build, type Entry, type EntryFile, entry } from "./entry.ts";
import { type GuestModule, type GuestModules, guestModules } from "./guest-modules.ts";
import { runShell } from "./shell.ts";
import { hashOf } from "./stamp.ts";
import type { PackageVersion } from "./user-space.ts";

export interface GuestImageOptions {
  /** Told what is done beside the expected: a damaged cache entry, a kernel that must be booted another way. */
  readonly note?: (line: string) => void;
  /** Names of modules to load besides the usual ones. */
  readonly modules?: readonly string[];
  /** How much of the user space: default `full`. */
  readonly userSpace?: UserSpace;
}

export interface LoadedModule {
  readonly name: string;
  readonly sha256: string;
  /** Path of the user's own file that took its place. */
  readonly replacedBy?: string;
}

export interface GuestImage {
  /** The initramfs. */
  readonly path: string;
  /** Its hex SHA-256. */
  readonly sha256: string;
  readonly kernel: BootFile;
  /** What the guest loads, in that order; hex SHA-256 of the unpacked files. */
  readonly modules: readonly LoadedModule[];
  /** What the user space is made of. */
  readonly packages: readonly PackageVersion[];
  /** Hash of the recipe the user space is made by. */
  readonly recipe: string;
  /** Modules wanted that this kernel neither has nor has built in; empty for a kernel without modules. */
  readonly missingModules: readonly string[];
}

/** Where a user's module came from is no fact of the image: the same file may lie elsewhere tomorrow. */
export interface GuestFacts {
  /** Hex SHA-256 of the kernel it was made for. */
  readonly kernel: string;
  readonly userSpace: UserSpace;
  readonly modules: readonly Omit<LoadedModule, "replacedBy">[];
  readonly packages: readonly PackageVersion[];
}

interface Parts {
  readonly kernel: string;
  readonly agent: EntryFile;
  readonly files: readonly GuestModule[];
  readonly userSpace: UserSpace;
  readonly base: () => Promise<Entry<PackageVersion[]>>;
}

export const GUEST_KIND = "guest";
const INITRAMFS = "initramfs.cpio";
/** Where the agent looks, as process 1; in it each is `NAME.ko`. */
const MODULES = "lib/macvlab";
/** The same, where the image has it. */
export const LOADED_MODULES = `/usr/${MODULES}`;

/**
 * The image to boot `kernel` with, from the cache or built now.
 * @throws EnvironmentError when the kernel lacks what a guest needs, a tool is missing, the packages cannot be
 * fetched, or the cache cannot be written or is full.
 */
export async function guestImage(kernel: KernelArtefacts, options: GuestImageOptions = {}): Promise<GuestImage> {
  const note = options.note ?? (() => undefined);
  const [recipe, agent, modules] = await Promise.all([
    recipeHash(),
    agentFile(note),
    findModules(kernel, options.modules ?? [], note),
  ]);
  const userSpace = options.userSpace ?? "full";
  const parts = { kernel: kernel.sha256, agent, files: modules.files, userSpace, base: () => baseEntry(recipe, note) };
  const key = [
    GUEST_KIND,
    hashOf([kernel.sha256, recipe, userSpace, agent.sha256, modules.files.map(({ name, packed }) => [name, packed])]),
  ] as const;
  const build = (scratch: string) => buildInitramfs(scratch, parts);
  const what = `the image of ${kernel.spec}`;
  const [boot, { files, facts }] = await Promise.all([bootFile(kernel, note), entry({ what, key, build, note })]);
  const [initramfs] = files;
  if (!initramfs) throw new EnvironmentError(`${what} has no file in the cache`, { mend: "macvlab clean" });
  const { path, sha256 } = initramfs;
  const loaded = facts.modules.map((module) => withOrigin(module, kernel));
  const { packages } = facts;
  return { path, sha256, kernel: boot, modules: loaded, packages, recipe, missingModules: modules.missing };
}

function withOrigin(module: LoadedModule, { overrides = [] }: KernelArtefacts): LoadedModule {
  const replacedBy = overrides.find(({ name }) => name === module.name)?.path;
  return replacedBy === undefined ? module : { ...module, replacedBy };
}

type Note = (line: string) => void;

async function findModules(kernel: KernelArtefacts, more: readonly string[], note: Note): Promise<GuestModules> {
  const memory = (request: readonly unknown[]) => cacheDirectory("images", "known", `${hashOf(request)}.json`);
  return guestModules(kernel, more, memory, note).catch((error) => {
    throw cacheFailure(error, cacheDirectory("images"));
  });
}

/** The kernel unpacks archives one behind the other, so the base is packed once for all kernels. */
async function buildInitramfs(scratch: string, parts: Parts): Promise<Build<GuestFacts>> {
  const [tree, top, initramfs] = [join(scratch, "tree"), join(scratch, "top.cpio"), join(scratch, INITRAMFS)];
  // Not /lib: in the base that is a link, which a directory of the same name would replace.
  const directory = join(tree, "usr", MODULES);
  await mkdir(directory, { recursive: true });
  await addAgent(parts.agent.path, tree);
  const modules = await Promise.all(parts.files.map((file) => copyModule(file, directory)));
  const list = modules.map(({ name }) => `/${MODULES}/${name}.ko\n`).join("");
  await writeFile(join(directory, "modules"), list);
  await pack(tree, top);
  const base = await parts.base();
  const baseFile = base.files.find(({ path }) => basename(path) === baseArchive(parts.userSpace));
  await runShell('cat "$1" "$2" > "$3"', [baseFile?.path ?? "", top, initramfs], initramfs);
  return {
    files: [INITRAMFS],
    facts: { kernel: parts.kernel, userSpace: parts.userSpace, modules, packages: base.facts },
  };
}

/** Process 1 and a command are one program. */
async function addAgent(program: string, tree: string): Promise<void> {
  const command = join(tree, "usr", "bin", "macvlab-agent");
  await mkdir(join(tree, "usr", "bin"));
  await copyFile(program, command);
  await chmod(command, 0o755);
  await symlink("usr/bin/macvlab-agent", join(tree, "init"));
}
