/** Package files: downloaded by apt, which checks them against the signed index, and unpacked by dpkg. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { commandFailure, runCommand } from "../base/command.ts";
import { isOutOfSpace, outOfSpace } from "../base/disk-space.ts";
import { EnvironmentError } from "../base/errors.ts";
import { aptFailure } from "./apt-failure.ts";
import { apt } from "./apt-root.ts";
import type { ArchivePackage } from "./package-set.ts";
import type { SuiteIndex } from "./suite-index.ts";

/** Downloads the packages into `directory`. @returns the paths of their files. */
export async function downloadPackages(
  index: SuiteIndex,
  packages: readonly ArchivePackage[],
  directory: string,
): Promise<string[]> {
  const names = packages.map(({ name, version }) => `${name}=${version}`);
  const result = await apt(index.root, "apt-get", ["download", ...names], directory);
  const what = `"${names.join(" ")}" of "${index.suite}"`;
  if (result.status !== 0) throw aptFailure(result, what, directory);
  const files = (await readdir(directory)).filter((name) => name.endsWith(".deb"));
  if (files.length === packages.length) return files.map((name) => join(directory, name));
  throw new EnvironmentError(
    `${what}: apt delivered ${files.length} of ${packages.length} packages: ${result.command}`,
  );
}

/** Unpacks package files into `directory` and deletes them. */
export async function unpackPackages(files: readonly string[], directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const file of files) {
    const result = await runCommand(["dpkg-deb", "--extract", file, directory], { deadline: 600_000 });
    if (isOutOfSpace(result.stderr)) throw outOfSpace(directory, { detail: result.stderr });
    if (result.status !== 0) throw commandFailure(result);
    await rm(file);
  }
}

/** Bytes the packages take, packed and unpacked. */
export async function packageSpace(index: SuiteIndex, packages: readonly ArchivePackage[]): Promise<number> {
  const names = packages.map(({ name, version }) => `${name}=${version}`);
  const result = await apt(index.root, "apt-cache", ["show", ...names]);
  if (result.status !== 0) throw aptFailure(result, `"${names.join(" ")}" of "${index.suite}"`, index.root.directory);
  const unpacked = [...result.stdout.matchAll(/^Installed-Size: (\d+)$/gm)].map(
    ([, kibibytes]) => Number(kibibytes) * 1024,
  );
  return [...unpacked, ...packages.map(({ size }) => size)].reduce((sum, bytes) => sum + bytes, 0);
}
