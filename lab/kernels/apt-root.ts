/**
 * A private apt: own lists, cache, sources and package status below the lab's cache. It needs no root and never
 * reads or writes the system's, except for the system's configuration of how to download (proxies, credentials).
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../base/cache.ts";
import { type CommandResult, runCommand } from "../base/command.ts";

export interface AptRoot {
  /** What it was made for: a suite. */
  readonly name: string;
  readonly directory: string;
  /** Path of its apt configuration. */
  readonly configuration: string;
}

/** Package lists of a slow mirror take minutes. */
const APT_DEADLINE = 600_000;
/** Kernels of the generic flavour are about 100 MB. */
const DOWNLOAD_DEADLINE = 3_600_000;

export function aptRootDirectory(name: string): string {
  return cacheDirectory("apt", name);
}

/** Names the root `name` whose files exist already. */
export function aptRoot(name: string): AptRoot {
  const directory = aptRootDirectory(name);
  return { name, directory, configuration: join(directory, "apt.conf") };
}

/**
 * Writes the files of the root `name`; what apt fetched into it before stays.
 * @param sources lines of sources.list(5); absent: the machine's own sources.
 */
export async function prepareAptRoot(
  name: string,
  architecture: string,
  sources?: readonly string[],
): Promise<AptRoot> {
  const root = aptRoot(name);
  await mkdir(join(root.directory, "lists", "partial"), { recursive: true });
  await mkdir(join(root.directory, "archives", "partial"), { recursive: true });
  await writeFile(join(root.directory, "status"), "");
  if (sources) await writeFile(join(root.directory, "sources.list"), `${sources.join("\n")}\n`);
  await writeFile(root.configuration, configuration(root.directory, architecture, sources !== undefined));
  return root;
}

/** Runs `apt-get` or `apt-cache` in the root, whatever the exit status. */
export function apt(
  root: AptRoot,
  tool: "apt-get" | "apt-cache",
  argv: readonly string[],
  directory?: string,
): Promise<CommandResult> {
  const deadline = argv.includes("download") ? DOWNLOAD_DEADLINE : APT_DEADLINE;
  // Whatever ends apt, its temporary files are not left in everybody's directory for them.
  const place = { environment: { TMPDIR: root.directory }, ...(directory ? { directory } : {}) };
  // Twice quiet, apt no longer says why it cannot install something.
  const quiet = argv.includes("install") ? "-q" : "-qq";
  return runCommand([tool, "--config-file", root.configuration, quiet, ...argv], { deadline, ...place });
}

function configuration(directory: string, architecture: string, ownSources: boolean): string {
  const settings: [string, string][] = [
    ["Dir::State", directory],
    ["Dir::State::lists", join(directory, "lists")],
    ["Dir::State::status", join(directory, "status")],
    ["Dir::Cache", directory],
    ["Dir::Cache::archives", join(directory, "archives")],
    // Made anew by each command it costs more than half of the command's time.
    ["Dir::Cache::pkgcache", "pkgcache.bin"],
    ["Dir::Cache::srcpkgcache", ""],
    ["Dir::Etc::preferences", "/dev/null"],
    ["Dir::Etc::preferencesparts", "/dev/null"],
    ["APT::Architecture", architecture],
    ["APT::Architectures", architecture],
    // The sandbox user cannot enter a home directory.
    ["APT::Sandbox::User", "root"],
    ["APT::Update::Error-Mode", "any"],
    ["Acquire::Languages", "none"],
    ["Acquire::Retries", "1"],
    ["Acquire::http::Timeout", "20"],
    ["Acquire::https::Timeout", "20"],
    ["Acquire::ForceHash", "sha256"],
    ["Acquire::AllowInsecureRepositories", "false"],
    ["Acquire::AllowWeakRepositories", "false"],
    ["Acquire::AllowDowngradeToInsecureRepositories", "false"],
  ];
  if (ownSources) {
    settings.push(["Dir::Etc::sourcelist", join(directory, "sources.list")], ["Dir::Etc::sourceparts", "/dev/null"]);
  }
  // The machine's hooks would act on the system; its choices are not those of a foreign suite.
  const cleared = ["APT::Update", "APT::Get", "APT::Default-Release", "APT::Architectures", "DPkg"];
  const lines = [
    ...cleared.map((name) => `#clear ${name};`),
    ...settings.map(([name, value]) => `${name} "${value}";`),
  ];
  return `${lines.join("\n")}\n`;
}
