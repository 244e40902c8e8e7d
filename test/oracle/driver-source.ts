/**
 * Files of a kernel's source, out of its `linux-source-X.Y` package and into the lab's cache. The package has more than
 * 130 MB, so only the files asked for are kept, with a manifest of their hashes; a damaged entry is fetched again.
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { cacheDirectory } from "../../lab/base/cache.ts";
import { commandFailure, runCommand } from "../../lab/base/command.ts";
import { aptFailure } from "../../lab/kernels/apt-failure.ts";
import { apt } from "../../lab/kernels/apt-root.ts";
import { lockSources, type SourceArchive, type SourcePackage } from "./source-archive.ts";

export interface DriverSource {
  readonly package: SourcePackage;
  readonly directory: string;
  /** Text by path in the kernel tree; null where this kernel has no such file. */
  readonly files: ReadonlyMap<string, string | null>;
}

const manifestSchema = z.object({ files: z.record(z.string(), z.string().nullable()).describe("sha256 by path") });

const UNPACK_DEADLINE = 280_000;
/** $1 package file, $2 the tar inside, $3 directory, the rest members of that tar. */
const UNPACK = `set -o pipefail
deb=$1 inner=$2 into=$3; shift 3
dpkg-deb --fsys-tarfile "$deb" | tar --extract --to-stdout "$inner" |
  tar --extract --xz --directory "$into" --strip-components=1 "$@"`;

/** The files `paths` of a source package. @throws EnvironmentError when it cannot be fetched or unpacked. */
export async function driverSource(
  archive: SourceArchive,
  source: SourcePackage,
  paths: readonly string[],
): Promise<DriverSource> {
  const directory = cacheDirectory("sources", `${source.name}_${source.version}`);
  const cached = await readEntry(directory, paths);
  if (cached) return { package: source, directory, files: cached };
  await mkdir(dirname(directory), { recursive: true });
  const work = await mkdtemp(`${directory}.new-`);
  try {
    await unpack(await download(archive, source, work), source.name, join(work, "files"), paths);
    await seal(join(work, "files"), paths);
    await rm(directory, { recursive: true, force: true });
    await rename(join(work, "files"), directory);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return { package: source, directory, files: await readFiles(directory, paths) };
}

export async function download(
  archive: SourceArchive,
  { name, version }: SourcePackage,
  work: string,
): Promise<string> {
  await using _lock = await lockSources();
  const result = await apt(archive.root, "apt-get", ["download", `${name}=${version}`], work);
  if (result.status !== 0) throw aptFailure(result, `the package "${name}" ${version}`, work);
  const file = (await readdir(work)).find((each) => each.endsWith(".deb"));
  return join(work, file ?? "no package");
}

/** A file the kernel does not have is no failure; anything else tar says is. */
export async function unpack(deb: string, tree: string, into: string, paths: readonly string[]): Promise<void> {
  await mkdir(into);
  const names = [deb, `./usr/src/${tree}.tar.xz`, into, ...paths.map((path) => `${tree}/${path}`)];
  const result = await runCommand(["bash", "-c", UNPACK, "unpack", ...names], { deadline: UNPACK_DEADLINE });
  const harmless = /^$|: Not found in archive$|^tar: Exiting with failure status due to previous errors$/;
  const complaints = result.stderr.split("\n").filter((line) => !harmless.test(line));
  if (complaints.length > 0 || ![0, 2].includes(result.status)) throw commandFailure(result);
}

async function seal(directory: string, paths: readonly string[]): Promise<void> {
  const files = [...(await readFiles(directory, paths))].map(([path, text]) => [
    path,
    text === null ? null : sha256(text),
  ]);
  await writeFile(join(directory, "manifest.json"), JSON.stringify({ files: Object.fromEntries(files) }));
}

/** Undefined unless the entry knows every path and holds exactly what was unpacked. */
async function readEntry(directory: string, paths: readonly string[]): Promise<DriverSource["files"] | undefined> {
  const text = await readFile(join(directory, "manifest.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const manifest = manifestSchema.parse(JSON.parse(text));
  const files = await readFiles(directory, paths);
  const intact = [...files].every(([path, found]) => manifest.files[path] === (found === null ? null : sha256(found)));
  return intact ? files : undefined;
}

async function readFiles(directory: string, paths: readonly string[]): Promise<Map<string, string | null>> {
  const read = async (path: string) => [path, await readFile(join(directory, path), "utf8").catch(() => null)] as const;
  return new Map(await Promise.all(paths.map(read)));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
