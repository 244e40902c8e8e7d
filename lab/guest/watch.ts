/**
 * Watches a guest while it works: findings are told as they show, and a kernel that fell silent is given up. A lab that is
 * at work itself (decoding ten thousand conversations, say, on a busy machine) hears nobody: that is no silence of theirs.
 */
import { KernelError } from "../base/errors.ts";
import { HEALTH_OF } from "../model/finding.ts";
import type { Finding } from "../model/results.ts";
import { StarvedError } from "./starvation.ts";

/** Milliseconds. */
const LOOK = 200;
/** Between two looks: the lab itself stood still, and what came meanwhile is not read yet. */
const STOOD_STILL = 1_000;
/** Of an agent that says something every second: the guest hangs, or its machine is very busy. */
export const SILENCE = 5_000;
/** By then a kernel's own watchdogs would have spoken: it is asked where it is. */
const ASKED = 14_000;
/** From the last word on: by then the kernel's own watchdogs have said what hangs, if they ever will. */
const CLASSIFIED = 25_000;
/** What a kernel that reported a hang but answers still is given to end what it was asked. */
const GRACE = 5_000;

/** What is watched: a guest, or another place that may fall silent. */
export interface Watched {
  /** Milliseconds since its agent was last heard, as far as it could have said something; it does so every second. */
  readonly silence: () => number;
  /** What its kernel complained of so far. */
  readonly findings: () => readonly Finding[];
  /** In words, when it was not let run: what it does and says in time tells nothing of its kernel. */
  readonly starved: () => string | undefined;
  /** Has a kernel that says nothing any more say where it is, which is its end. */
  readonly interrupt: () => void;
}

export interface WatchOptions {
  /** Told of each finding at each look. */
  readonly onFinding?: (finding: Finding) => void;
  /** Whether a kernel that reported a hang but answers still may go on: what hangs is somebody else's affair. */
  readonly patient?: boolean;
  /** Whether it is known already what hangs: then silence alone is enough. */
  readonly known?: boolean;
}

export interface Watch extends Disposable {
  /** Rejects with a KernelError when nothing more can be expected of the place; with a StarvedError when nothing can be told. */
  readonly lost: Promise<never>;
}

export function watch(place: Watched, { onFinding = () => {}, known = false, patient = false }: WatchOptions): Watch {
  const hanging = new Since();
  let asked = known;
  const { promise, reject } = rejection();
  let looked = performance.now();
  let listening = looked;
  const look = () => {
    const now = performance.now();
    if (now - looked > STOOD_STILL) listening = now;
    looked = now;
    const silence = Math.min(place.silence(), now - listening);
    const findings = place.findings();
    findings.forEach(onFinding);
    const hang = findings.find(({ kind }) => HEALTH_OF[kind] === "hang" || kind === "device-reference");
    if (silence >= SILENCE) onFinding(silent(SILENCE));
    const starved = place.starved();
    if (starved && !patient) reject(new StarvedError(starved));
    const enough = known || hang ? SILENCE : CLASSIFIED;
    if (silence >= ASKED && !hang && !asked) {
      asked = true;
      place.interrupt();
    }
    if (silence >= enough) reject(lostTo(hang, silence));
    else if (hang && !patient && hanging.for(hang.title) >= GRACE) reject(lostTo(hang, silence));
  };
  const timer = setInterval(look, LOOK);
  return { lost: promise, [Symbol.dispose]: () => clearInterval(timer) };
}

/** The finding for a guest that says nothing, whatever its kernel has said. */
export function silent(milliseconds: number): Finding {
  return { kind: "hang", title: `nothing heard of the guest for ${Math.round(milliseconds / 1000)} s`, log: "" };
}

function lostTo(hang: Finding | undefined, silence: number): KernelError {
  return hang ? new KernelError(hang.title, { detail: hang.log }) : new KernelError(silent(silence).title);
}

function rejection(): { promise: Promise<never>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<never>((_resolve, refuse) => {
    reject = refuse;
  });
  promise.catch(() => {}); // whoever waits for it hears of it
  return { promise, reject };
}

/** Milliseconds since something was first so. */
class Since {
  #what: string | undefined;
  #at = 0;

  for(what: string): number {
    if (this.#what !== what) {
      this.#what = what;
      this.#at = performance.now();
    }
    return performance.now() - this.#at;
  }
}
