/** A real guest whose devices are made to drop frames in earnest while plans are played in it. */
import { setTimeout } from "node:timers/promises";
import type { RunOptions } from "../../lab/base/executor.ts";
import type { Guest } from "../../lab/guest/guest.ts";

/** What makes devices of a guest drop frames, and what ends it. */
export interface Disturbance {
  /** @param frames that are about to be sent. */
  readonly begin: (guest: Guest, frames: number) => Promise<unknown>;
  /** When they have been sent. */
  readonly end: (guest: Guest) => Promise<unknown>;
  /** Before a play that is not disturbed: what would have spoilt the counters of the one before. */
  readonly clear?: (guest: Guest) => Promise<unknown>;
}

export interface Disturbing extends Disturbance {
  /** How many plays are disturbed: the first ones. */
  readonly plays: number;
  /** A device whose own count of dropped frames is kept. */
  readonly device: string;
  /** Told by how much that count grew, of every play. */
  readonly counted: (frames: number) => void;
}

/** Disturbs the first plays in a guest. Nothing of the lab's own words to the guest is changed, and nothing of its answers. */
export function disturbed(guest: Guest, { begin, end, clear, plays, device, counted }: Disturbing): Guest {
  let played = 0;
  const run = async (script: string, options?: RunOptions) => {
    if (!/^exec \S+ play$/.test(script)) return guest.executor.run(script, options);
    const isDisturbed = played++ < plays;
    if (!isDisturbed) await clear?.(guest);
    const before = await droppedBy(guest, device);
    if (isDisturbed) await begin(guest, sendLines(options));
    const result = await guest.executor.run(script, options).finally(() => isDisturbed && end(guest));
    counted((await droppedBy(guest, device)) - before);
    return result;
  };
  return { ...guest, executor: overriding(guest.executor, { run }) };
}

const sendLines = (options?: RunOptions): number => String(options?.stdin).match(/^send /gm)?.length ?? 0;

/** Frames a device itself says it had no room for, in the kernel's counters or in its driver's. */
async function droppedBy({ executor }: Guest, device: string): Promise<number> {
  const script = `cd /sys/class/net/${device}/statistics && cat rx_dropped rx_missed_errors; ethtool -S ${device} 2>/dev/null`;
  const { stdout } = await executor.run(script);
  const counts = [...stdout.toString().matchAll(/^(?: *pkts rx OOB: )?(\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

function overriding<T extends object>(whole: T, part: Partial<T>): T {
  return new Proxy(whole, {
    get: (target, key) => {
      const value = Reflect.get(key in part ? part : target, key, key in part ? part : target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The queue that macvlan keeps group frames of a lower device in: its length is the longest any endpoint asks for. */
function groupQueue(lower: string, length: number): string {
  return [
    `cd /sys/class/net && for name in ${lower.replace("low-", "")}-mv*; do`,
    "  case $name in *-mvt-*) kind=macvtap;; *) kind=macvlan;; esac",
    `  ip link set $name type $kind bcqueuelen ${length} || exit`,
    "done",
  ].join("\n");
}

/** The driver has no room for group frames (`macvlan_broadcast_enqueue`), as when a busy kernel lets a full queue lie. */
export function noRoomForGroups(lower: string): Disturbance {
  return {
    begin: (guest) => done(guest, groupQueue(lower, 0)),
    end: (guest) => done(guest, groupQueue(lower, MACVLAN_DEFAULT_BC_QUEUE_LEN)),
  };
}

const MACVLAN_DEFAULT_BC_QUEUE_LEN = 1_000;

async function done({ executor }: Guest, script: string): Promise<void> {
  const { status, stderr } = await executor.run(script);
  if (status !== 0) throw new Error(`${script}: status ${status}: ${stderr}`);
}

/**
 * What a card gets of the first two thirds of a plan comes at once, faster than its driver can empty the ring: as when the
 * machine does not let the guest run for a while. What is sent later, the fences too, comes when it comes.
 * @param nic its id in QEMU
 */
export function inOneBurst(nic: string): Disturbance {
  const id = "burst";
  const filter = { "qom-type": "filter-buffer", id, netdev: `${nic}-cable`, queue: "tx", interval: NEVER };
  let released: Promise<unknown> = Promise.resolve();
  let isOver = false;
  return {
    begin: async ({ qmp, progress }, frames) => {
      const { plans } = progress();
      await qmp.execute("object-add", filter);
      isOver = false;
      const isDue = () => isOver || (progress().plans > plans && progress().frames >= (2 * frames) / 3);
      released = until(isDue).then(() => qmp.execute("object-del", { id }));
    },
    end: () => {
      isOver = true;
      return released;
    },
  };
}

/**
 * The same, for a card whose ring holds more than a plan has for it: it is given a short one for the time. The card begins
 * anew when its ring is changed, and so do its counters.
 */
export function inOneBurstFor(
  device: string,
  nic: string,
  ring: { readonly short: number; readonly usual: number },
): Disturbance {
  const { begin, end } = inOneBurst(nic);
  const resize = (guest: Guest, slots: number) => done(guest, `ethtool -G ${device} rx ${slots} && ${isUp(device)}`);
  return {
    begin: async (guest, frames) => {
      await resize(guest, ring.short);
      await begin(guest, frames);
    },
    end,
    clear: (guest) => resize(guest, ring.usual),
  };
}

/** Its carrier is told of a moment after its driver has begun anew. */
const isUp = (device: string): string => `until grep -q up /sys/class/net/${device}/operstate; do sleep 0.1; done`;

/** Microseconds: by itself the filter lets nothing through. */
const NEVER = 600_000_000;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setTimeout(1);
}
