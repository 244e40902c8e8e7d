/**
 * What processor time a process gets: how long it ran, and how long it waited for a processor though it had something
 * to do. One that sleeps waits for none. Looked at now and then, so that it can be told of any time that was.
 */
import { readdirSync, readFileSync } from "node:fs";

/** All in milliseconds. */
export interface ProcessorTime {
  readonly over: number;
  /** All of its threads together. */
  readonly ran: number;
  /** The thread that waited most. */
  readonly waited: number;
}

export interface ProcessorTimes extends Disposable {
  /** Since a moment of `performance.now()`, up to now or its end; undefined where this machine does not tell. */
  readonly since: (moment: number) => ProcessorTime | undefined;
}

/** By thread: milliseconds it ran, and milliseconds it waited. */
export type Threads = ReadonlyMap<string, readonly [ran: number, waited: number]>;

const LOOK = 250;
/** Milliseconds looked back at most. */
const MEMORY = 120_000;

interface Look {
  readonly at: number;
  readonly threads: Threads;
}

/** @param read undefined once the process is gone. */
export function processorTimes(read: () => Threads | undefined): ProcessorTimes {
  let looks: Look[] = [];
  const look = () => {
    const [at, threads] = [performance.now(), read()];
    if (threads) looks = [...looks.filter((one) => at - one.at < MEMORY), { at, threads }];
  };
  look();
  const timer = setInterval(look, LOOK);
  timer.unref();
  const since = (moment: number) => {
    look();
    const [from, to] = [looks.findLast(({ at }) => at <= moment) ?? looks[0], looks.at(-1)];
    return from && to && between(from, to);
  };
  return { since, [Symbol.dispose]: () => clearInterval(timer) };
}

function between(from: Look, to: Look): ProcessorTime {
  const spent = [...to.threads].map(([thread, [ran, waited]]) => {
    const [ranBefore, waitedBefore] = from.threads.get(thread) ?? [0, 0];
    return { ran: ran - ranBefore, waited: waited - waitedBefore };
  });
  return {
    over: to.at - from.at,
    ran: spent.reduce((sum, { ran }) => sum + ran, 0),
    waited: Math.max(0, ...spent.map(({ waited }) => waited)),
  };
}

/** As the kernel's scheduler counts (`/proc/PID/task/TID/schedstat`): to the nanosecond, while it waits only up to its last turn. */
export function readThreads(pid: number): Threads | undefined {
  try {
    const tasks = `/proc/${pid}/task`;
    const times = readdirSync(tasks).map((thread) => {
      const [ran = 0, waited = 0] = readFileSync(`${tasks}/${thread}/schedstat`, "utf8").split(" ").map(Number);
      return [thread, [ran / 1e6, waited / 1e6]] as const;
    });
    return times.some(([, [ran]]) => ran > 0) ? new Map(times) : undefined;
  } catch {
    return undefined; // it is gone, or this kernel does not count
  }
}
