/** Temporary files without a name: they are gone with this process, whatever kills it. */
import { randomUUID } from "node:crypto";
import { closeSync, openSync, unlinkSync } from "node:fs";
import { join } from "node:path";

export interface NamelessFile extends Disposable {
  /** Opens it, in this process and in those it starts, for as long as it is not disposed of. */
  readonly path: string;
}

/** An empty one. Not where the system's temporary files are: those may be kept in memory, and these may be large. */
export function namelessFile(): NamelessFile {
  const name = join(process.env.TMPDIR ?? "/var/tmp", `macvlab-${randomUUID()}`);
  const descriptor = openSync(name, "wx+", 0o600);
  unlinkSync(name);
  const close = () => closeSync(descriptor);
  return { path: `/proc/${process.pid}/fd/${descriptor}`, [Symbol.dispose]: close };
}
