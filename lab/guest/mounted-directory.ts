/** Directories of the machine that a guest gets a copy of, at the same absolute path. */
import { realpathSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import { UsageError } from "../base/errors.ts";

/** A guest's own: a copy of something else over them would take away what it runs on. */
const OWN = ["/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/tmp", "/usr", "/var"];

/**
 * Absolute paths without symbolic links, each once; what lies in another of them comes with that.
 * @throws UsageError for what is no directory, and for what a guest has itself.
 */
export function mountedDirectories(named: readonly string[]): string[] {
  const paths = [...new Set(named.map(realDirectory))].sort();
  return paths.filter((path) => !paths.some((other) => path !== other && isInside(path, other)));
}

/** Where in the guest a command starts: where the user is, if the guest has that, else in the first directory named. */
export function startDirectory(directories: readonly string[], current: string): string {
  const real = realpathSync(current);
  const has = directories.some((directory) => isInside(real, directory));
  return has ? real : (directories[0] ?? "/root");
}

function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory + sep);
}

function realDirectory(named: string): string {
  const path = resolve(named);
  let real: string;
  try {
    real = realpathSync(path);
    if (!statSync(real).isDirectory()) throw new Error("not a directory");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "no such directory" : (error as Error).message;
    throw new UsageError(`"${named}" cannot be mounted: ${why}`, { mend: "name a directory: --mount DIR" });
  }
  if (real === "/" || OWN.includes(real) || isInside(real, "/proc") || isInside(real, "/sys") || isInside(real, "/dev"))
    throw new UsageError(`"${named}" cannot be mounted: the guest has a ${real} of its own`, {
      mend: "name a directory in it",
    });
  return real;
}
