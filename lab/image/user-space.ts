/** Fetches and unpacks the recipe's packages, of the machine's own suite and from its own mirrors, without root. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CommandResult, commandFailure, outputOf, runCommand } from "../base/command.ts";
import { isOutOfSpace, outOfSpace } from "../base/disk-space.ts";
import { EnvironmentError, tail } from "../base/errors.ts";
import { machineSuite } from "../kernels/machine.ts";

export interface PackageVersion {
  readonly name: string;
  readonly version: string;
}

/** Milliseconds: a slow mirror is waited for. */
const FETCH_DEADLINE = 600_000;
const LIST = ".packages";
/** Run by mmdebstrap between unpacking and cleaning, when the package files are still there. */
const LIST_PACKAGES = `for deb in "$1"/var/cache/apt/archives/*.deb; do
  dpkg-deb --show --showformat='\${Package} \${Version}\\n' "$deb"; done > "$1/${LIST}"`;

/** Where apt and mmdebstrap are: this machine, or a container of a Debian image. */
export interface AptPlace {
  /** For messages: `the machine`, `debian:bookworm`. */
  readonly name: string;
  readonly suite: () => Promise<string>;
  /** Standard output of a command. @throws EnvironmentError when it fails. */
  readonly output: (argv: readonly string[]) => Promise<string>;
  /** Has mmdebstrap, called so, fill the new directory `tree` of this machine. */
  readonly unpack: (
    argvFor: (tree: string) => readonly string[],
    tree: string,
  ) => Promise<Pick<CommandResult, "status" | "stderr" | "command">>;
}

const MACHINE: AptPlace = {
  name: "the machine",
  suite: machineSuite,
  output: (argv) => outputOf(argv, { deadline: 30_000 }),
  // Whatever ends it, its temporary files are beside the tree, where abandoned ones are looked for.
  unpack: (argvFor, tree) =>
    runCommand(argvFor(tree), { deadline: FETCH_DEADLINE, environment: { TMPDIR: dirname(tree) } }),
};

/**
 * Unpacks `packages` and all they depend on into the new directory `tree`; signatures are verified, no script of a
 * package is run. @returns what was unpacked, sorted by name.
 */
export async function unpackPackages(
  packages: readonly string[],
  tree: string,
  place: AptPlace = MACHINE,
): Promise<PackageVersion[]> {
  const suite = await place.suite();
  const [options, sources] = [await fetchOptions(place), await sourcesOf(suite, place)];
  const argvFor = (to: string) => [
    ...["mmdebstrap", "--quiet", "--mode=chrootless", "--variant=extract", "--format=directory"],
    // That check protects a machine from packages' scripts, and none is run.
    "--skip=check/chrootless",
    ...options.map((option) => `--aptopt=${option}`),
    ...[`--include=${packages.join(",")}`, `--extract-hook=${LIST_PACKAGES}`],
    ...[suite, to, ...sources],
  ];
  const result = await place.unpack(argvFor, tree);
  if (result.status === 0) return parseList(await readFile(join(tree, LIST), "utf8"));
  if (isOutOfSpace(result.stderr)) throw outOfSpace(tree, { detail: tail(result.stderr) });
  const why = commandFailure({ ...result, stdout: "" }).message;
  throw new EnvironmentError(`the guest's user space could not be fetched: ${why}`, {
    detail: tail(result.stderr),
    mend: `check the network, and the mirror in the apt configuration of ${place.name}`,
  });
}

/** The suite and its pockets, as the place's own sources name them: `deb ADDRESS RELEASE COMPONENT`. */
async function sourcesOf(suite: string, { name, output }: AptPlace): Promise<string[]> {
  const format = "$(REPO_URI)|$(RELEASE)|$(CODENAME)|$(COMPONENT)";
  const argv = ["apt-get", "indextargets", "--format", format, "Identifier: Packages"];
  const sources = parseSources(await output(argv), suite);
  if (sources.length > 0) return sources;
  throw new EnvironmentError(`the apt configuration of ${name} has no source for "${suite}": ${argv.join(" ")}`, {
    mend: `add ${suite} to its apt sources`,
  });
}

/** Reads lines of `address|release|codename|component`; the machine's sources may say `stable` for its suite. */
export function parseSources(text: string, suite: string): string[] {
  const pockets = [suite, `${suite}-updates`, `${suite}-security`];
  const lines = text.split("\n").flatMap((line) => {
    const [address, release = "", codename = "", component] = line.split("|");
    const wanted = pockets.includes(release) || pockets.includes(codename);
    return wanted ? [`deb ${address} ${release} ${component}`] : [];
  });
  return [...new Set(lines)];
}

/** mmdebstrap starts apt with a configuration of its own: how this machine reaches its mirrors is handed on. */
async function fetchOptions({ output }: AptPlace): Promise<string[]> {
  const text = await output(["apt-config", "dump", "--format", '%F "%v";%n', "Acquire"]);
  return text.split("\n").filter((line) => /^Acquire::https?::.*(?:Proxy|Verify|CaInfo|Cert|Key)/i.test(line));
}

function parseList(text: string): PackageVersion[] {
  const packages = text.split("\n").flatMap((line) => {
    const [name, version] = line.split(" ");
    return name && version ? [{ name, version }] : [];
  });
  return packages.sort((a, b) => (a.name < b.name ? -1 : 1));
}
