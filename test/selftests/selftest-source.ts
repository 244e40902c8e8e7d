/**
 * The kernel's own network tests, out of its `linux-source-X.Y` package and into the lab's cache, with the one program
 * among them compiled. Nothing in them is changed.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheDirectory } from "../../lab/base/cache.ts";
import { outputOf } from "../../lab/base/command.ts";
import { download, unpack } from "../oracle/driver-source.ts";
import { newestSource, openSourceArchive, type SourcePackage } from "../oracle/source-archive.ts";

const SELFTESTS = "tools/testing/selftests";
/** What the tests source, and what lies beside them. */
const PARTS = ["kselftest", "kselftest.h", "kselftest_harness.h", "kselftest_module.h", "lib.sh", "net", "drivers/net"];
/** What reads the results of its tests. */
const KUNIT = "tools/testing/kunit";
/** Milliseconds. */
const COMPILE_DEADLINE = 120_000;

export interface Selftests {
  readonly source: SourcePackage;
  /** Path of `tools/testing/selftests`. */
  readonly directory: string;
  /** Path of `kunit.py`, its reader of KTAP. */
  readonly kunit: string;
}

/** @param generation e.g. `6.1` @throws EnvironmentError when its source cannot be had. */
export async function selftests(generation: string): Promise<Selftests | undefined> {
  const archive = await openSourceArchive();
  const source = await newestSource(archive, generation);
  if (!source) return undefined;
  const top = cacheDirectory("testing", `${source.name}_${source.version}`);
  const entry = { source, directory: join(top, SELFTESTS), kunit: join(top, KUNIT, "kunit.py") };
  if (existsSync(top)) return entry;
  await mkdir(dirname(top), { recursive: true });
  const work = await mkdtemp(`${top}.new-`);
  try {
    const files = join(work, "files");
    const deb = await download(archive, source, work);
    await unpack(deb, source.name, files, [KUNIT, ...PARTS.map((part) => `${SELFTESTS}/${part}`)]);
    await compileTap(join(files, SELFTESTS));
    await rename(files, top);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return entry;
}

/** Static: the guest has libraries of its own. */
async function compileTap(directory: string): Promise<void> {
  const argv = ["gcc", "-O2", "-static", "-I", directory, "-o", "tap", "tap.c"];
  await outputOf(argv, { deadline: COMPILE_DEADLINE, directory: join(directory, "net") });
}
