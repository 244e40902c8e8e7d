/** Which suites offer the kernel's source today: one private apt root over all suites worth asking. */
import { cacheDirectory } from "../../lab/base/cache.ts";
import { lockFile } from "../../lab/base/file-lock.ts";
import { aptFailure } from "../../lab/kernels/apt-failure.ts";
import { type AptRoot, apt, prepareAptRoot } from "../../lab/kernels/apt-root.ts";
import { askSites, noSites } from "../../lab/kernels/archive-site.ts";
import { archiveKeyring, machineArchitecture } from "../../lab/kernels/machine.ts";
import { suitePockets } from "../../lab/kernels/suite-pockets.ts";

/** Where sources are looked for, not what must be there: suites the archive lacks or apt refuses are left out. */
const SUITES = ["bullseye", "bookworm", "trixie", "forky"].flatMap((suite) => [suite, `${suite}-backports`]);
const ROLLING = ["sid", "experimental"];
const ROOT = ".sources";
/** Another run may be fetching the same lists. */
const LOCK_DEADLINE = 240_000;

export interface SourceArchive {
  readonly root: AptRoot;
  /** apt's complaints about the suites it could not use, e.g. an expired release file. */
  readonly refused: readonly string[];
}

export interface SourcePackage {
  /** e.g. `linux-source-6.1` */
  readonly name: string;
  /** Package version, e.g. `6.1.192-2`. */
  readonly version: string;
  /** Where it was found, e.g. `bookworm-security`. */
  readonly suite: string;
}

/** Fetches the package indices. @throws EnvironmentError when no suite at all could be used. */
export async function openSourceArchive(): Promise<SourceArchive> {
  const architecture = await machineArchitecture();
  const sites = await askSites();
  if (!sites) throw noSites();
  const keyring = await archiveKeyring();
  const pockets = [...SUITES, ...ROLLING].flatMap((suite) => suitePockets(suite, sites).pockets);
  const lines = pockets.map(({ site, name }) => `deb [arch=${architecture} signed-by=${keyring}] ${site} ${name} main`);
  await using _lock = await lockSources();
  const root = await prepareAptRoot(ROOT, architecture, [...new Set(lines)]);
  const result = await apt(root, "apt-get", ["update"]);
  const refused = result.stderr
    .split("\n")
    .filter((line) => line.startsWith("E: ") && !line.includes("does not have a"));
  const known = await apt(root, "apt-cache", ["pkgnames", "linux-source-"]);
  if (known.stdout.trim() === "") throw aptFailure(result, "the package index of every suite", root.directory);
  return { root, refused };
}

/** While one fetches the package indices anew, another finds nothing in them. */
export function lockSources(): Promise<AsyncDisposable> {
  return lockFile(cacheDirectory("locks", "sources"), { deadline: LOCK_DEADLINE });
}

/** The newest source package of a generation such as `6.1`; undefined when no suite offers one. */
export async function newestSource(archive: SourceArchive, generation: string): Promise<SourcePackage | undefined> {
  await using _lock = await lockSources();
  const { stdout } = await apt(archive.root, "apt-cache", ["madison", `linux-source-${generation}`]);
  const found = /^\s*(\S+) \|\s*(\S+) \|\s*\S+ ([^/\s]+)\//m.exec(stdout);
  if (!found) return undefined;
  const [, name = "", version = "", suite = ""] = found;
  return { name, version, suite };
}
