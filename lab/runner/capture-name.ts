/** Names of a kernel's files in a run's directory: its captures and its console. */
import { createHash } from "node:crypto";

const LONGEST_NAME = 80;

/** A kernel's spec as part of a file name: no two specs share one. */
export function captureName(kernel: string): string {
  const name = kernel.replace(/[^A-Za-z0-9.+~-]+/g, "-");
  if (kernel.startsWith("debian:") && name.length <= LONGEST_NAME) return name;
  if (name === kernel && name.length <= LONGEST_NAME) return name;
  const hash = createHash("sha256").update(kernel).digest("hex").slice(0, 8);
  return `${name.slice(0, LONGEST_NAME)}-${hash}`;
}
