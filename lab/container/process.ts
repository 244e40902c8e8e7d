/**
 * A container's first process, as this machine calls it: what an engine calls it may be another namespace's number. It is
 * known by what it was started with.
 */
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** Name of the environment variable that holds a container's mark. */
export const MARK = "MACVLAB_CONTAINER";
/** Milliseconds: a container is told to run a little before its program is. */
const DEADLINE = 5_000;

/** Processes of this machine by mark; marks that no process has are missing. */
export async function processesOf(marks: readonly string[]): Promise<Map<string, number>> {
  const until = Date.now() + DEADLINE;
  for (;;) {
    const found = await marked();
    const own = marks.flatMap((mark) => (found.has(mark) ? [[mark, found.get(mark) as number] as const] : []));
    if (own.length === marks.length || Date.now() > until) return new Map(own);
    await delay(20);
  }
}

async function marked(): Promise<Map<string, number>> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      const mark = text.split("\0").find((each) => each.startsWith(`${MARK}=`));
      return mark === undefined ? [] : [[mark.slice(MARK.length + 1), Number(pid)] as const];
    }),
  );
  return new Map(all.flat());
}
