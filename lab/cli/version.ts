/** The package's own version. */
import { readFileSync } from "node:fs";

const PACKAGE = [new URL("../../package.json", import.meta.url), new URL("../../../package.json", import.meta.url)];

export const VERSION: string = readVersion();

/** From the sources the package file is two folders up, from what is built of them three. */
function readVersion(): string {
  for (const url of PACKAGE) {
    try {
      return (JSON.parse(readFileSync(url, "utf8")) as { version: string }).version;
    } catch {}
  }
  return "unknown";
}
