/** Where this machine gets Debian from, as its own apt configuration says. */

import { outputOf } from "../base/command.ts";
import { EnvironmentError } from "../base/errors.ts";

export interface ArchiveSites {
  /** Address of the main archive. */
  readonly main: string;
  /** Address of the security archive; absent when the machine has none configured. */
  readonly security?: string;
}

const FORMAT = "$(SITE)|$(RELEASE)|$(ORIGIN)|$(LABEL)";

/**
 * @param configuration path of an apt configuration whose lists to ask instead of the machine's.
 * @returns undefined when apt knows of no Debian archive.
 */
export async function askSites(configuration?: string): Promise<ArchiveSites | undefined> {
  const chosen = configuration ? ["--config-file", configuration] : [];
  const argv = ["apt-get", ...chosen, "indextargets", "--format", FORMAT, "Identifier: Packages"];
  return parseSites(await outputOf(argv, { deadline: 30_000 }));
}

/** Reads lines of `site|release|origin|label`. */
export function parseSites(text: string): ArchiveSites | undefined {
  const targets = text.split("\n").map((line) => line.split("|"));
  const debian = targets.filter(([, , origin]) => origin === "Debian");
  const main = debian.find(([, , , label]) => label === "Debian")?.[0];
  const security = debian.find(([, , , label]) => label === "Debian-Security")?.[0];
  if (!main) return undefined;
  return security ? { main, security } : { main };
}

export function noSites(): EnvironmentError {
  return new EnvironmentError("the machine's apt configuration names no Debian archive: apt-get indextargets", {
    mend: "add a Debian archive to the machine's apt sources, or use file:VMLINUZ",
  });
}
