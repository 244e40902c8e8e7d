/**
 * Module dependencies: Debian's kernel packages carry no `modules.dep`, it is made when they are installed. The
 * machine's `depmod` makes it; a machine without one gets it from its own suite, unpacked into the cache.
 */
import { constants } from "node:fs";
import { access, mkdir, rename, rm, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cacheDirectory } from "../base/cache.ts";
import { outputOf } from "../base/command.ts";
import { EnvironmentError } from "../base/errors.ts";
import { unsolvable } from "./apt-failure.ts";
import { apt } from "./apt-root.ts";
import { machineSuite } from "./machine.ts";
import { downloadPackages, unpackPackages } from "./package-files.ts";
import { type ArchivePackage, contentAddress, parseUris } from "./package-set.ts";
import { currentIndex, lockSuite, type SuiteIndex } from "./suite-index.ts";

export interface Depmod {
  readonly path: string;
  /** Where its libraries are, if not where the machine's are. */
  readonly libraries?: readonly string[];
}

type Note = (line: string) => void;

/** Ordinary users have no `sbin` in their PATH. */
const SYSTEM_DIRECTORIES = ["/usr/sbin", "/sbin"];

/** The machine's `depmod`, or one fetched for the lab. */
export async function findDepmod(note: Note): Promise<Depmod> {
  for (const directory of [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_DIRECTORIES]) {
    const path = join(directory, "depmod");
    if (await isExecutable(path)) return { path };
  }
  return fetchDepmod(note);
}

/** Writes `modules.dep` and its like for the modules of `release` below `base`. */
export async function runDepmod(depmod: Depmod, base: string, release: string): Promise<void> {
  const environment = depmod.libraries ? { LD_LIBRARY_PATH: depmod.libraries.join(delimiter) } : {};
  await outputOf([depmod.path, "-b", base, release], { deadline: 300_000, environment });
}

/** Fetches kmod from the machine's own suite. Call it without holding the lock of any suite. */
export async function fetchDepmod(note: Note): Promise<Depmod> {
  const suite = await machineSuite().catch((cause: unknown) => {
    throw new EnvironmentError('"depmod" is not installed', { mend: "install kmod", cause });
  });
  await using _lock = await lockSuite(suite, note);
  const index = await currentIndex(suite, note);
  const packages = await kmodPackages(index);
  const directory = cacheDirectory("tools", `kmod-${contentAddress(packages, "1")}`);
  if (!(await isExecutable(join(directory, "depmod")))) {
    note(`depmod is not installed: fetching kmod of ${suite}`);
    await unpackKmod(index, packages, directory);
  }
  const libraries = ["usr/lib", "lib"].map((name) => join(directory, "root", name, libraryDirectory(process.arch)));
  return { path: join(directory, "depmod"), libraries };
}

/** kmod and its libraries, whether the machine has them or not: what it has may be in no state to resolve against. */
async function kmodPackages(index: SuiteIndex): Promise<ArchivePackage[]> {
  const argv = ["install", "--print-uris", "--yes", "--no-install-recommends", "kmod"];
  const result = await apt(index.root, "apt-get", argv);
  if (result.status !== 0) throw unsolvable(result, "kmod", index.suite);
  // The C library and the dynamic loader must be of one build, and the loader is the machine's.
  return parseUris(result.stdout).filter(({ name }) => name !== "libc6");
}

async function unpackKmod(index: SuiteIndex, packages: readonly ArchivePackage[], directory: string) {
  const building = `${directory}.building`;
  await rm(building, { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
  await mkdir(building, { recursive: true });
  try {
    await unpackPackages(await downloadPackages(index, packages, building), join(building, "root"));
    // kmod does what the name it is called by says; the package's own link is absolute.
    const merged = await isExecutable(join(building, "root", "usr", "bin", "kmod"));
    await symlink(join("root", merged ? "usr/bin/kmod" : "bin/kmod"), join(building, "depmod"));
    await rename(building, directory);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Debian's name of the directory for libraries. */
function libraryDirectory(architecture: string): string {
  return architecture === "x64" ? "x86_64-linux-gnu" : "";
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
