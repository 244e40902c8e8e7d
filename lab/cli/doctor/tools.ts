/** The tools of scripts/requirements: which are there, in which version, and what gets the rest. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { glob, which } from "zx";
import { runCommand } from "../../base/command.ts";
import { EnvironmentError, LabError } from "../../base/errors.ts";
import type { Finding } from "./finding.ts";

/** What only some work needs, in words: the tests, scripts/kernel-build. The lab is everybody's. */
const WORK: Readonly<Record<string, string>> = { test: "tests", kernel: "kernel builds" };

export interface Requirement {
  /** A command, or an absolute path with a pattern in it. */
  readonly look: string;
  /** The Debian package that has it. */
  readonly package: string;
  /** `lab`, or `test`, `kernel` or both with a comma between. */
  readonly for: string;
  readonly why: string;
}

/** Commands that tell their version another way than by `--version`. */
const VERSION_OPTIONS: Readonly<Record<string, string>> = {
  busybox: "--help",
  ip: "-V",
  mke2fs: "-V",
  ping: "-V",
};
const DEADLINE = 5_000;
/** Where Debian keeps programs that an ordinary user's PATH does not have; scripts/setup looks there as well. */
const SYSTEM_DIRECTORIES = "/usr/sbin:/sbin";

/** In the order of the table. */
export async function toolFindings(): Promise<Finding[]> {
  const requirements = parseRequirements(readFileSync(requirementsFile(), "utf8"));
  const versions = await packageVersions(requirements.map((one) => one.package));
  return Promise.all(requirements.map((one) => toolFinding(one, versions)));
}

export function parseRequirements(text: string): Requirement[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [look = "", name = "", purpose = "lab", ...why] = line.trim().split(/\s+/);
    return { look, package: name, for: purpose, why: why.join(" ") };
  });
}

/** Path of a command as the lab would find it. */
export async function findCommand(name: string): Promise<string | undefined> {
  const path = `${process.env.PATH ?? ""}:${SYSTEM_DIRECTORIES}`;
  return (await which(name, { nothrow: true, path })) ?? undefined;
}

function onlyFor(requirement: Requirement): string {
  const work = requirement.for.split(",").flatMap((one) => WORK[one] ?? []);
  return work.length > 0 ? ` (${work.join(" and ")} only)` : "";
}

/** The table's own subject names: a command, or what a path is about. */
export function subjectOf({ look, package: name }: Requirement): string {
  return look.startsWith("/") ? name : look;
}

async function toolFinding(requirement: Requirement, versions: ReadonlyMap<string, string>): Promise<Finding> {
  const subject = subjectOf(requirement);
  const { found, version } = requirement.look.startsWith("/")
    ? { found: (await glob(requirement.look)).length > 0, version: versions.get(requirement.package) }
    : await commandVersion(requirement.look);
  const purpose = `${requirement.why}${onlyFor(requirement)}`;
  if (found && version !== undefined) return { subject, state: "ok", text: `${version}; ${purpose}` };
  return {
    subject,
    state: requirement.for === "lab" ? "missing" : "limited",
    text: `${found ? "does not tell its version" : `there is no ${requirement.look}`}; ${purpose}`,
    mend: `apt-get install --no-install-recommends ${requirement.package}`,
  };
}

/** Starting it is the proof that it works here. */
async function commandVersion(name: string): Promise<{ found: boolean; version?: string | undefined }> {
  const path = await findCommand(name);
  if (path === undefined) return { found: false };
  try {
    const result = await runCommand([path, VERSION_OPTIONS[name] ?? "--version"], { deadline: DEADLINE });
    return { found: true, version: versionIn(`${result.stdout}\n${result.stderr}`) };
  } catch (error) {
    if (error instanceof LabError) return { found: true };
    throw error;
  }
}

/** The first thing in a program's output that looks like a version; a day is one. */
export function versionIn(text: string): string | undefined {
  return /\d+(?:\.\d+)+(?:[+~-]\w[\w.]*)?|\b20\d{6}\b/.exec(text)?.[0];
}

/** Versions of the installed ones among Debian packages. */
async function packageVersions(names: readonly string[]): Promise<Map<string, string>> {
  const argv = ["dpkg-query", "--show", "--showformat", `\${binary:Package} \${Version}\\n`, ...new Set(names)];
  const result = await runCommand(argv, { deadline: DEADLINE }).catch(() => undefined);
  const pairs = (result?.stdout ?? "").split("\n").map((line) => line.split(" "));
  return new Map(pairs.flatMap(([name, version]) => (name && version ? [[name.replace(/:.*/, ""), version]] : [])));
}

/** `dist/` has no scripts in it: the table is found upwards of this module, wherever it runs from. */
function requirementsFile(): string {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    const path = join(at, "scripts", "requirements");
    if (existsSync(path)) return path;
  }
  throw new EnvironmentError(`"scripts/requirements" is in no directory above "${import.meta.dirname}"`, {
    mend: "run the lab from a whole copy of the project",
  });
}
