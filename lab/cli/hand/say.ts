/** Words of the lab's own, on standard error, beside those of a command in a guest. */
import { describeError, type LabError } from "../../base/errors.ts";

export function say(line: string): void {
  process.stderr.write(`macvlab: ${line}\n`);
}

export function sayError(error: LabError): void {
  say(describeError(error));
}
