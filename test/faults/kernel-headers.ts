/**
 * What modules of one Debian kernel are built with: its headers packages of exactly its version, unpacked into the lab's
 * cache without being installed. The packages expect to lie in `/usr/src`, and their programs to find the libraries of
 * their own suite: both are mended once, where they are unpacked.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../../lab/base/cache.ts";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { lockFile } from "../../lab/base/file-lock.ts";
import { aptFailure } from "../../lab/kernels/apt-failure.ts";
import { apt } from "../../lab/kernels/apt-root.ts";
import { downloadPackages, unpackPackages } from "../../lab/kernels/package-files.ts";
import { type ArchivePackage, contentAddress, parseUris } from "../../lab/kernels/package-set.ts";
import type { SuiteIndex } from "../../lab/kernels/suite-index.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";

export interface KernelHeaders {
  /** Of the packages it is made of: changes with every one of them. */
  readonly address: string;
  /** Where `make` is called. */
  readonly directory: string;
}

const LAYOUT = "macvlab.headers/3";
const LOCK_DEADLINE = 240_000;

/** Programs a module's build runs. */
const PROGRAMS = ["tools/objtool/objtool", "scripts/mod/modpost", "scripts/basic/fixdep", "scripts/genksyms/genksyms"];
/** Where a program only starts the one of the kernel's architecture, by its own name, that one is called so. */
const OF_ARCHITECTURE = [".real-x86", ".real-lsb-64"];
const LIBRARY_DIRECTORIES = ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"];
const LOADER = "ld-linux-x86-64.so.2";

/** The loader, libc and what else the packages' programs need, of the suite they were built in. */
const LIBRARIES = /^(libc6|libelf1(t64)?|zlib1g|libzstd1)$/;

/** @throws EnvironmentError when the archive no longer has the headers of this very version. */
export async function kernelHeaders(index: SuiteIndex, kernel: KernelArtefacts): Promise<KernelHeaders> {
  const packages = await headersPackages(index, kernel);
  const address = contentAddress(packages, LAYOUT);
  const entry = cacheDirectory("headers", address);
  const headers = { address, directory: join(entry, "usr/src", `linux-headers-${kernel.release}`) };
  await using _lock = await lockFile(cacheDirectory("locks", `headers-${address}`), { deadline: LOCK_DEADLINE });
  if (await isComplete(entry)) return headers;
  const work = `${entry}.new`;
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, "packages"), { recursive: true });
  await unpackPackages(await downloadPackages(index, packages, join(work, "packages")), work);
  await relocate(work, entry, kernel.release);
  await bindPrograms(work, entry);
  await writeFile(join(work, "complete"), "");
  await rm(entry, { recursive: true, force: true });
  await rename(work, entry);
  return headers;
}

function isComplete(entry: string): Promise<boolean> {
  return readFile(join(entry, "complete")).then(
    () => true,
    () => false,
  );
}

/** The version a kernel's packages have, e.g. `6.1.192-2`. @throws EnvironmentError for a kernel that is not Debian's. */
export function packageVersion(kernel: KernelArtefacts): string {
  const image = kernel.packages.find(({ name }) => /^linux-(image|binary)-/.test(name));
  if (image) return image.version;
  throw new EnvironmentError(`"${kernel.spec}" is no kernel of Debian's: there are no headers packages for it`);
}

async function headersPackages(index: SuiteIndex, kernel: KernelArtefacts): Promise<ArchivePackage[]> {
  const wanted = `linux-headers-${kernel.release}=${packageVersion(kernel)}`;
  const overlay = index.overlay ? ["--target-release", index.overlay] : [];
  const argv = ["install", "--print-uris", "--yes", "--no-install-recommends", ...overlay, wanted];
  const result = await apt(index.root, "apt-get", argv);
  if (result.status !== 0)
    throw aptFailure(result, `the package "${wanted}" of "${index.suite}"`, index.root.directory);
  return parseUris(result.stdout)
    .filter(({ name }) => /^linux-(headers|kbuild)-/.test(name) || LIBRARIES.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The one file of the packages that says where they lie. */
async function relocate(work: string, entry: string, release: string): Promise<void> {
  const makefile = join(work, "usr/src", `linux-headers-${release}`, "Makefile");
  const text = await readFile(makefile, "utf8");
  await writeFile(makefile, text.replaceAll("/usr/src/", `${join(entry, "usr/src")}/`));
}

/**
 * The packages' programs are newer than the machine's C library where the suite is newer than the machine: scripts in
 * their places start them with their own suite's.
 */
async function bindPrograms(work: string, entry: string): Promise<void> {
  const kbuild = join("usr/lib", await onlyName(join(work, "usr/lib"), /^linux-kbuild-/));
  const libraries = LIBRARY_DIRECTORIES.map((path) => join(entry, path)).join(":");
  const loader = LIBRARY_DIRECTORIES.map((path) => join(path, LOADER)).find((path) => existsSync(join(work, path)));
  for (const program of PROGRAMS.map((path) => join(kbuild, path))) {
    await rename(join(work, program), join(work, `${program}.bound`));
    const moved = [...OF_ARCHITECTURE, ".bound"]
      .map((end) => program + end)
      .find((path) => existsSync(join(work, path)));
    const command = [join(entry, loader ?? LOADER), "--library-path", libraries, join(entry, moved ?? program)];
    const script = `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(" ")} "$@"\n`;
    await writeFile(join(work, program), script, { mode: 0o755 });
  }
}

async function onlyName(directory: string, pattern: RegExp): Promise<string> {
  const found = (await readdir(directory)).find((name) => pattern.test(name));
  if (found !== undefined) return found;
  throw new EnvironmentError(`nothing in "${directory}" is called ${pattern}: the headers packages have changed shape`);
}
