/** When a device's operational state can be believed: the kernel's link watcher comes round to it a moment later. */
import type { Link, Sections } from "./check-sections.ts";
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
