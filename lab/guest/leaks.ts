/**
 * What a kernel still holds when all that was built has been taken down. Buffers are counted by the kernel's own slab
 * allocator: exactly, once what it caches is given back. Where it does not tell, nothing is concluded.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Executor } from "../base/executor.ts";
import type { Finding } from "../model/results.ts";

export interface Held {
  /** Objects in use by cache; a cache that is shared with others, or that this kernel lacks, is not there. */
  readonly buffers: ReadonlyMap<string, number>;
  /** Network namespaces, and the devices in them, are being taken down. */
  readonly dismantling: boolean;
  /** This kernel looks for leaks itself. */
  readonly kmemleak: boolean;
  /** There are network cards, whose drivers take heads out of a store of the kernel's own (`napi_skb_cache_get`). */
  readonly cards: boolean;
}

/** Heads of all buffers; on kernels since 5.12 up to `HEADS_CACHED` of them are kept for the next frames. */
const HEADS = "skbuff_head_cache";
const HEADS_CACHED = 64;
/** What short frames are kept in since 6.3: never cached, so exact to the single buffer. */
const DATA = "skbuff_small_head";
/** Milliseconds for what is freed later: after a grace period, from a work queue. */
const SETTLED = 3_000;
/** Milliseconds until a kernel that waits for references to a device says so (10 s), and some. */
const DISMANTLED = 13_000;
const POLL = 100;

/** Builtins of the shell alone: a program costs an emulated guest more than all of this. */
const COUNT = `for cache in ${HEADS} ${DATA}; do
  slab=/sys/kernel/slab/$cache
  [ -w $slab/shrink ] && read aliases < $slab/aliases && [ "$aliases" = 0 ] || continue
  echo 1 > $slab/shrink && read objects rest < $slab/objects && echo "$cache $objects"
done
[ -d /sys/kernel/slab/kmemleak_object ] && echo kmemleak
set -- /sys/class/net/*/device
[ -e $1 ] && echo cards
:`;
/** A worker's name says what it is at work on. */
const LOOK_FOR_DISMANTLING = `for task in /proc/[0-9]*/comm; do
  read comm < $task && case $comm in kworker/*+netns) echo dismantling ;; esac
done 2> /dev/null`;

/** What is held now: to be asked before anything is built. */
export async function heldObjects(executor: Executor): Promise<Held> {
  return parseHeld((await executor.run(COUNT)).stdout.toString());
}

/**
 * What is held now that all has been taken down. Asks again while it is more than `before`: what is freed late is no
 * leak. Costs one script where nothing leaked.
 */
export async function heldAfter(executor: Executor, before: Held): Promise<Held> {
  const started = performance.now();
  for (;;) {
    const held = parseHeld((await executor.run(`${LOOK_FOR_DISMANTLING}\n${COUNT}`)).stdout.toString());
    const elapsed = performance.now() - started;
    const settled = leakedBuffers(before, held) === 0 || elapsed > SETTLED;
    if (settled && (!held.dismantling || elapsed > DISMANTLED)) return held;
    await pause(POLL);
  }
}

/** Findings of what was held before the first topology and after the last one was taken down. */
export function leakFindings(before: Held, after: Held): Finding[] {
  const findings: Finding[] = [];
  if (leakedBuffers(before, after) > 0) {
    findings.push({
      kind: "memory-leak",
      title: "memory leak: buffers held after teardown",
      log: counts(before, after),
    });
  }
  if (after.dismantling) {
    const log = `a network namespace was still being taken down after ${DISMANTLED / 1000} s`;
    findings.push({ kind: "device-reference", title: "unregister_netdevice: waiting for DEV to become free", log });
  }
  return findings;
}

/** Buffers held after that were not before: at least so many. */
function leakedBuffers(before: Held, after: Held): number {
  const more = (cache: string) => Math.max((after.buffers.get(cache) ?? 0) - (before.buffers.get(cache) ?? 0), 0);
  const heads = more(HEADS) > HEADS_CACHED ? more(HEADS) : 0;
  if (!after.buffers.has(DATA)) return before.cards ? heads : more(HEADS);
  return more(DATA) || heads;
}

function counts(before: Held, after: Held): string {
  const lines = [...after.buffers].map(
    ([cache, now]) => `${cache}: ${before.buffers.get(cache)} in use before, ${now} after`,
  );
  return [`${leakedBuffers(before, after)} buffers were not given back`, ...lines].join("\n");
}

export function parseHeld(text: string): Held {
  const lines = text.split("\n").map((line) => line.split(" "));
  const buffers = lines.flatMap(([cache, objects]) => (cache && objects ? [[cache, Number(objects)] as const] : []));
  const said = (word: string) => lines.some(([first]) => first === word);
  const [dismantling, kmemleak, cards] = [said("dismantling"), said("kmemleak"), said("cards")];
  return { buffers: new Map(buffers), dismantling, kmemleak, cards };
}
