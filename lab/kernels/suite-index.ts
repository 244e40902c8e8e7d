/** A suite's package index in its own private apt root: fetched, verified by apt, and remembered for a day. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../base/cache.ts";
import { requireSpace } from "../base/disk-space.ts";
import { UsageError } from "../base/errors.ts";
import { lockFile } from "../base/file-lock.ts";
import { aptFailure, missingPockets } from "./apt-failure.ts";
import { type AptRoot, apt, aptRoot, prepareAptRoot } from "./apt-root.ts";
import { type ArchiveSites, askSites, noSites } from "./archive-site.ts";
import { archiveKeyring, machineArchitecture } from "./machine.ts";
import { type Pocket, suitePockets } from "./suite-pockets.ts";

/** Milliseconds an index, and what was chosen from it, is used without asking the archive. */
export const FRESH = 24 * 3_600_000;

/** Bytes: lists of 20 MB and apt's own cache of 40 MB in 2026, and room to grow. */
const INDEX_SPACE = 100e6;
/** Milliseconds to wait for another run; it may be fetching over a slow line. */
export const LOCK_DEADLINE = 3_600_000;

export interface SuiteIndex {
  readonly suite: string;
  readonly root: AptRoot;
  readonly architecture: string;
  /** The suite apt must be told to prefer, if any. */
  readonly overlay?: string;
  /** When the index was fetched, in milliseconds since 1970. */
  readonly at: number;
}

type Note = (line: string) => void;

/** Alone with the suite's apt root until disposed. Never take it while holding another suite's. */
export function lockSuite(suite: string, note: Note): Promise<AsyncDisposable> {
  const onWait = () => note(`waiting for another run that asks the archive for ${suite}`);
  return lockFile(cacheDirectory("locks", `suite-${suite}`), { deadline: LOCK_DEADLINE, onWait });
}

/** The index fetched last, unless that was before `since`. The caller holds the suite's lock. */
export async function freshIndex(suite: string, since = Date.now() - FRESH): Promise<SuiteIndex | undefined> {
  const root = aptRoot(suite);
  const text = await readFile(stampFile(root), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const index: SuiteIndex = { ...JSON.parse(text), root };
  return index.at >= since ? index : undefined;
}

/** The index fetched last if it is of today, else a new one. The caller holds the suite's lock. */
export async function currentIndex(suite: string, note: Note): Promise<SuiteIndex> {
  return (await freshIndex(suite)) ?? (await fetchIndex(suite, note));
}

/**
 * Fetches the index. The caller holds the suite's lock.
 * @throws UsageError for a suite the archive does not have; UnreachableError without a network.
 */
export async function fetchIndex(suite: string, note: Note): Promise<SuiteIndex> {
  const architecture = await machineArchitecture();
  const { pockets, overlay } = suitePockets(suite, await archiveSites(architecture));
  if (!pockets.some((pocket) => pocket.name === suite)) {
    const mend = "add the security archive to the machine's apt sources";
    throw new UsageError(`suite "${suite}" is in no archive of the machine's apt configuration`, { mend });
  }
  const at = Date.now();
  const root = await update(suite, architecture, pockets, note);
  const index = { suite, architecture, at, ...(overlay ? { overlay } : {}) };
  await writeFile(stampFile(root), JSON.stringify(index));
  return { ...index, root };
}

function stampFile(root: AptRoot): string {
  return join(root.directory, "index.json");
}

/** `apt-get update`, once more without the optional pockets the archive turns out not to have. */
async function update(suite: string, architecture: string, pockets: readonly Pocket[], note: Note): Promise<AptRoot> {
  const keyring = await archiveKeyring();
  const lines = pockets.map(({ site, name }) => `deb [arch=${architecture} signed-by=${keyring}] ${site} ${name} main`);
  const root = await prepareAptRoot(suite, architecture, lines);
  await rm(stampFile(root), { force: true });
  // apt may hang for ever when it runs out of room here.
  await requireSpace(root.directory, INDEX_SPACE);
  const result = await apt(root, "apt-get", ["update"]);
  if (result.status === 0) return root;
  const missing = missingPockets(result.stderr);
  const needed = pockets.find(({ name, optional }) => !optional && missing.some(([, gone]) => gone === name));
  if (needed) {
    await rm(root.directory, { recursive: true, force: true });
    throw unknownSuite(suite, needed);
  }
  const rest = pockets.filter(({ name }) => !missing.some(([, gone]) => gone === name));
  if (rest.length === pockets.length) throw aptFailure(result, `the package index of "${suite}"`, root.directory);
  note(`${suite}: the archive has no ${missing.map(([, name]) => name).join(", ")}: left out`);
  return update(suite, architecture, rest, note);
}

function unknownSuite(suite: string, { site, name }: Pocket): UsageError {
  const because = suite === name ? "" : `, which needs "${name}",`;
  return new UsageError(`suite "${suite}"${because} does not exist: ${site} has no ${name}`, {
    mend: "suites are named as in the archive: bookworm, trixie, sid, experimental, trixie-backports",
  });
}

/** The machine's own lists may have been deleted, as in container images: then its sources are fetched privately. */
async function archiveSites(architecture: string): Promise<ArchiveSites> {
  const known = await askSites();
  if (known) return known;
  const root = await prepareAptRoot(".machine", architecture);
  const result = await apt(root, "apt-get", ["update"]);
  const sites = await askSites(root.configuration);
  if (sites) return sites;
  throw result.status === 0 ? noSites() : aptFailure(result, "the machine's own package index", root.directory);
}
