/** What apt's complaints mean for the user. */

import type { CommandResult } from "../base/command.ts";
import { isOutOfSpace, outOfSpace } from "../base/disk-space.ts";
import { EnvironmentError, type LabError, tail, UsageError } from "../base/errors.ts";

/** The archive could not be reached: what was fetched before may still do. */
export class UnreachableError extends EnvironmentError {}

/** `[site, pocket]` of every repository the archive answered "not found" for. */
export function missingPockets(stderr: string): [site: string, pocket: string][] {
  const lines = stderr.matchAll(/^E: The repository '(\S+) (\S+) Release' does not have a Release file\.$/gm);
  return [...lines].map(([, site = "", pocket = ""]) => [site, pocket]);
}

/** @param what subject of the message, such as `the index of "sid"`; @param path where apt was writing. */
export function aptFailure(result: CommandResult, what: string, path: string): LabError {
  const { stderr, command, status } = result;
  const detail = tail(stderr);
  if (isOutOfSpace(stderr)) return outOfSpace(path, { detail });
  if (/NO_PUBKEY|EXPKEYSIG|BADSIG|signatures? (?:were|was|couldn't be) /.test(stderr)) {
    const mend = "bring the package debian-archive-keyring up to date";
    return new EnvironmentError(`${what}: its signature could not be verified: ${command}`, { detail, mend });
  }
  if (/^E: (?:Failed to fetch|Unable to fetch)/m.test(stderr)) {
    const mend = "check the network, and the mirror in the machine's apt configuration";
    return new UnreachableError(`${what} could not be fetched: ${command}`, { detail, mend });
  }
  return new EnvironmentError(`${what}: apt ended with status ${status}: ${command}`, { detail });
}

/** Why apt cannot install a kernel, from what it prints when it gives up. */
export function unsolvable(result: CommandResult, target: string, suite: string): LabError {
  const output = `${result.stdout}\n${result.stderr}`;
  if (
    /^E: (?:Unable to locate package|Package '.*' has no installation candidate|Version '.*' .* not found)/m.test(
      output,
    )
  ) {
    return new UsageError(`suite "${suite}" has no package "${target}"`, { detail: tail(result.stderr) });
  }
  const gone = [...output.matchAll(/Depends: (\S+).* but it is not installable/g)].map(([, name]) => `"${name}"`);
  if (gone.length === 0) return aptFailure(result, `kernel "${target}" of "${suite}"`, "");
  return new EnvironmentError(
    `kernel "${target}" of "${suite}" cannot be had: ${gone.join(" and ")} left the archive: ${result.command}`,
    { detail: tail(output), mend: "choose another version of this suite, or leave the version out" },
  );
}
