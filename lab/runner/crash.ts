/** What became of a place that did not last: whose fault it was, and what was being done. */
import { readFileSync } from "node:fs";
import { EnvironmentError, KernelError, LabError } from "../base/errors.ts";
import { findingsIn } from "../guest/console.ts";
import { StarvedError } from "../guest/starvation.ts";
import { SILENCE, silent } from "../guest/watch.ts";
import type { Phase } from "../model/events.ts";
import { HEALTH_OF } from "../model/finding.ts";
import type { Finding } from "../model/results.ts";
import { lastAnnounced } from "../topology/build.ts";
import type { Plan } from "../traffic/plan.ts";
import { sendOrder } from "../traffic/plan-lines.ts";
import type { PlannedFrame } from "../traffic/planned-frame.ts";
import type { Place } from "./place.ts";

/** A fence shows that the probes before it had their effect: `probe` is the last of them. */
export interface InFlight {
  readonly plan: Plan;
  readonly frame: PlannedFrame;
  readonly probe: PlannedFrame;
}

export interface Crash {
  readonly error: KernelError;
  readonly during: Phase;
  /** The frame that was being sent, and what it is part of; absent where nobody can tell. */
  readonly inFlight?: InFlight;
  /** The command that was being run, of a careful attempt. */
  readonly command?: string;
}

/** A plan that is being played, and how many were before it. */
export interface Playing {
  readonly plan: Plan;
  readonly before: number;
}

export function inFlight(place: Place, playing: Playing | undefined): InFlight | undefined {
  const { plans, frames } = place.progress();
  if (!playing || plans <= playing.before) return undefined;
  const { plan } = playing;
  const sent = sendOrder(plan).slice(0, frames);
  const [frame, probe] = [sent.at(-1), sent.findLast(({ fence }) => !fence)];
  return frame && probe && { plan, frame, probe };
}

/** What is observed after an oops or a hang proves nothing. */
export function requireSound(place: Place): void {
  const fatal = place.findings().find(({ kind }) => FATAL.has(HEALTH_OF[kind]));
  if (fatal) throw new KernelError(fatal.title, { detail: fatal.log });
}

const FATAL: ReadonlySet<string> = new Set(["panic", "oops", "hang"]);

/** What went wrong first: a place that is lost cannot be tidied either, and the runtime tells of that second error. */
export function firstError(error: unknown): unknown {
  const suppressed = error instanceof Error && "suppressed" in error ? error.suppressed : undefined;
  return suppressed === undefined ? error : firstError(suppressed);
}

/**
 * Set where it was the kernel's fault: what went wrong on one that oopsed or fell silent meanwhile is. A guest that was
 * not let run, or whose QEMU was ended by somebody, proves nothing.
 */
export function kernelFault(error: unknown, place: Place | undefined): KernelError | undefined {
  if (!(error instanceof LabError)) return undefined;
  const finding = place?.findings().find(({ kind }) => HEALTH_OF[kind] !== "warned");
  const isMachine = error instanceof StarvedError || place?.killedBy() !== undefined;
  if (isMachine && !finding) return undefined;
  if (error instanceof KernelError) return error;
  if (finding) return new KernelError(finding.title, { detail: finding.log, cause: error });
  if (!place || place.silence() < SILENCE) return undefined;
  return new KernelError(`${silent(place.silence()).title}: ${error.message}`, { cause: error });
}

/** An error that is not the kernel's, as people are told of it. */
export function labFailure(error: unknown, place: Place | undefined): unknown {
  const signal = place?.killedBy();
  if (!place || signal === undefined) return error;
  return new EnvironmentError(`the QEMU of ${place.executor.place} was ended by ${signal}`, { cause: error });
}

/** What a console that has ended says beside what is known of the crash. @param consoles paths, one for each of the kernel's guests. */
export function crashFindings(
  { error, during }: Crash,
  consoles: readonly string[],
  place: Place | undefined,
): Finding[] {
  const told = findingsIn(readConsoles(consoles)).filter((finding) => place?.isCredible(finding) ?? true);
  const kind = during === "boot" ? "boot-failed" : "hang";
  const own: Finding = { kind, title: error.message, log: error.detail ?? "" };
  const explained = kind === "hang" && told.some(({ kind: one }) => HEALTH_OF[one] !== "warned");
  return explained ? told : [own, ...told];
}

/** What a console says that proves nothing. @param consoles paths, one for each of the kernel's guests. */
export function incredibleFindings(consoles: readonly string[], place: Place | undefined): Finding[] {
  return place ? findingsIn(readConsoles(consoles)).filter((finding) => !place.isCredible(finding)) : [];
}

/** The command a careful attempt was about to run. @param consoles paths, one for each of the kernel's guests. */
export function commandInFlight(consoles: readonly string[]): string | undefined {
  return lastAnnounced(readConsoles(consoles));
}

function readConsoles(paths: readonly string[]): string {
  return paths.map(readConsole).join("");
}

function readConsole(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
