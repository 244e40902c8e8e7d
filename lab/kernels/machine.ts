/** What kernels depend on of the machine itself: its Debian release, architecture and archive keys. */
import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import { KERNEL_ARCHITECTURES } from "../../images/kernels.ts";
import { outputOf } from "../base/command.ts";
import { EnvironmentError } from "../base/errors.ts";

const OS_RELEASE = "/etc/os-release";
/** Newer keyring packages name the file `.pgp`. */
const KEYRINGS = ["/usr/share/keyrings/debian-archive-keyring.pgp", "/usr/share/keyrings/debian-archive-keyring.gpg"];

/** The machine's Debian suite, e.g. `bookworm`. @throws EnvironmentError on another distribution. */
export async function machineSuite(): Promise<string> {
  return suiteOf(await readFile(OS_RELEASE, "utf8").catch(() => ""));
}

/** @param osRelease text of an os-release(5) file. */
export function suiteOf(osRelease: string): string {
  const fields = parseEnv(osRelease);
  if (fields.ID === "debian" && fields.VERSION_CODENAME) return fields.VERSION_CODENAME;
  throw new EnvironmentError(`"${fields.PRETTY_NAME ?? OS_RELEASE}" does not name a Debian suite`, {
    mend: "name the kernel, e.g. --kernel debian:sid/cloud",
  });
}

/** Debian's name of the machine's architecture. @throws EnvironmentError for one without a lab. */
export async function machineArchitecture(): Promise<string> {
  const name = (await outputOf(["dpkg", "--print-architecture"], { deadline: 10_000 })).trim();
  if (KERNEL_ARCHITECTURES.some((each) => each === name)) return name;
  const known = KERNEL_ARCHITECTURES.map((each) => `"${each}"`).join(", ");
  throw new EnvironmentError(`architecture "${name}" is not supported: dpkg --print-architecture`, {
    mend: `run the lab on ${known}`,
  });
}

export async function archiveKeyring(): Promise<string> {
  for (const path of KEYRINGS) {
    const readable = await access(path, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (readable) return path;
  }
  throw new EnvironmentError(`the Debian archive keyring "${KEYRINGS.at(-1)}" is missing`, {
    mend: "apt-get install debian-archive-keyring",
  });
}
