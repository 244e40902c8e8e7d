/** What apt printed, recorded once; addresses replaced. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, "recorded", name), "utf8");
}
