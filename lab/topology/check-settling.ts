/** When a device's operational state can be believed: the kernel's link watcher comes round to it a moment later. */
import pRetry from "p-retry";
import type { Executor } from "../base/executor.ts";
import { type Link, parseSections, type Sections, showCommands } from "./check-sections.ts";
import { type CheckWorld, deviceName } from "./check-world.ts";

/**
 * Whether every device whose state is looked at is in the state its own carrier gives it, and has its lower device's
 * carrier: the first is the watcher's doing (`linkwatch_do_dev`), the second comes with what it tells.
 */
export function hasSettled(worlds: readonly CheckWorld[], { home, away }: Sections): boolean {
  const all = [...home, ...away];
  return worlds.every((world) => {
    const { look } = world.check;
    if (look.look !== "state") return true;
    const lower = all.find(({ ifname }) => ifname === world.lower.name);
    const device = all.find(({ ifname }) => ifname === deviceName(world, look.device));
    return !device || (isConsistent(device) && (!lower || hasCarrier(device) === hasCarrier(lower)));
  });
}

const hasCarrier = ({ flags }: Link): boolean => flags.includes("LOWER_UP");

/** A device that is down says so at once. */
function isConsistent(link: Link): boolean {
  if (!link.flags.includes("UP")) return true;
  return hasCarrier(link) === (link.operstate === "UP" || link.operstate === "UNKNOWN");
}

const SETTLING = { retries: Number.POSITIVE_INFINITY, minTimeout: 5, maxTimeout: 100 };
/** Milliseconds, times the place's slowness. */
const SETTLED_WITHIN = 3_000;

/** The last look: what the kernel has not come round to by the deadline counts as it is. */
export async function settled(executor: Executor, worlds: readonly CheckWorld[], first: Sections): Promise<Sections> {
  const waited = worlds.filter(({ check }) => check.look.look === "state");
  let last = first;
  let looked = false;
  const look = async () => {
    if (looked) {
      const { home, away } = parseSections(
        (await executor.run(showCommands(waited, () => true).join("\n"))).stdout.toString(),
      );
      last = { ...first, home, away };
    }
    looked = true;
    if (!hasSettled(worlds, last)) throw new Error("not settled");
  };
  const maxRetryTime = SETTLED_WITHIN * (executor.slowness ?? 1);
  await pRetry(look, { ...SETTLING, maxRetryTime, shouldRetry: ({ error }) => error.message === "not settled" }).catch(
    (error: Error) => {
      if (error.message !== "not settled") throw error;
    },
  );
  return last;
}
