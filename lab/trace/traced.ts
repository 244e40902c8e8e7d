/** What was traced while a plan was played: events by the frame they are about, and what is missing. Pure. */
import { dropsOf, type Link, type Port, portsOf, type TableEntry } from "./links.ts";
import { DROPS } from "./probes.ts";
import { type RawEvent, rawEvents } from "./trace-text.ts";

export interface TraceEvent {
  readonly function: string;
  readonly device: string;
  /** Microseconds by the trace's clock. */
  readonly at: number;
  /** A hint and no more: addresses are used again, and clones have their own. */
  readonly buffer: string;
  returned?: number;
  readonly caller?: string;
  reason?: string;
}

export interface Traced {
  /** By the id in the frame's tag, in the order the kernel told of them. */
  readonly frames: ReadonlyMap<number, readonly TraceEvent[]>;
  readonly lacking: readonly string[];
  readonly lost: number;
  readonly down: readonly string[];
  readonly drops: ReadonlyMap<string, number>;
  /** Of the switches, when all was over. */
  readonly ports: ReadonlyMap<string, Port>;
  readonly table: readonly TableEntry[];
}

/** What tracing that could not begin has to say. */
export function untraced(lacking: readonly string[]): Traced {
  return { frames: new Map(), lacking, lost: 0, down: [], drops: new Map(), ports: new Map(), table: [] };
}

/** `mvlb` as the kernel shows it. */
const MAGIC = 0x626c766d;

/** @param text of the kernel's `trace`; @param nonce of the plan: frames of others are nobody's. */
export function framesIn(text: string, nonce: number): Map<number, TraceEvent[]> {
  const frames = new Map<number, TraceEvent[]>();
  const open = new Map<string, (TraceEvent | undefined)[]>();
  const last = new Map<number, TraceEvent | undefined>();
  for (const raw of rawEvents(text)) {
    const { cpu, name } = raw;
    if (raw.kind === "return") {
      const entry = open.get(`${cpu} ${name.replace(/_returned$/, "")}`)?.pop();
      if (entry) entry.returned = Number(raw.fields.get("ret"));
    } else if (raw.kind === "event") {
      const before = last.get(cpu);
      const reason = raw.fields.get("reason");
      if (before && DROPS.includes(before.function) && reason !== undefined) before.reason = reason;
    } else {
      const id = frameOf(raw, nonce);
      const event = id === undefined ? undefined : eventOf(raw);
      if (event && id !== undefined) frames.set(id, [...(frames.get(id) ?? []), event]);
      const stack = open.get(`${cpu} ${name}`) ?? [];
      open.set(`${cpu} ${name}`, stack);
      stack.push(event); // a foreign frame's return must find its own entry
      last.set(cpu, event);
    }
  }
  return frames;
}

function eventOf({ name, at, fields }: RawEvent): TraceEvent {
  const caller = fields.get("caller");
  const device = fields.get("dev") ?? "";
  const common = { function: name, device, at, buffer: fields.get("skb") ?? "" };
  return caller === undefined ? common : { ...common, caller };
}

function frameOf({ fields }: RawEvent, nonce: number): number | undefined {
  for (const place of ["a", "b"]) {
    const [magic, run, id] = [0, 1, 2].map((word) => Number(fields.get(`${place}${word}`)));
    if (magic === MAGIC && swapped(run as number) === nonce) return swapped(id as number);
  }
  return undefined;
}

function swapped(word: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(word);
  return bytes.readUInt32BE();
}

/** Events the ring had no room for, and calls and returns that a probe missed: the last column of `kprobe_profile`. */
export function lostIn(stats: string, profile: string): number {
  const ring = [...stats.matchAll(/^[a-z ]+: (\d+)$/gm)];
  const missed = [...profile.matchAll(/^\s*\S+\s+\d+\s+(\d+)\s*$/gm)];
  return [...ring, ...missed].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** @param before links as tracing began, @param after as it ended */
export function statesOf(before: readonly Link[], after: readonly Link[]): Pick<Traced, "down" | "drops" | "ports"> {
  const down = after.filter(({ flags }) => !flags.includes("UP")).map(({ ifname }) => ifname);
  return { down, drops: dropsOf(before, after), ports: portsOf(after) };
}
