/** In words, once the search is over: what provokes each finding, and what the rest was lost to. */
import { HEALTH_OF } from "../model/finding.ts";
import type { Finding } from "../model/results.ts";
import type { Crash } from "./crash.ts";
import type { Narrowed } from "./narrowing.ts";
import type { Work } from "./unit.ts";

/** One crash: the title of what it was reported as, and what was being done. */
export interface Cause {
  readonly title: string;
  readonly done: string;
}

/** What was seen of all crashes of a kernel. */
export interface Crashes {
  /** By the unit that was asked alone or was in flight: its first crash. */
  readonly ofUnits: ReadonlyMap<Work, Cause>;
  readonly ofCommands: readonly Cause[];
  /** By family of units. */
  readonly ofFamilies: ReadonlyMap<string, Cause>;
  readonly last: Cause | undefined;
}

export function isGrave({ kind }: Pick<Finding, "kind">): boolean {
  return HEALTH_OF[kind] !== "warned";
}

export function whatWasDone({ inFlight, command, during }: Crash): string {
  if (inFlight) return `frame "${inFlight.frame.text}" (${inFlight.frame.source} > ${inFlight.frame.destination})`;
  return command === undefined ? during : `command "${command}"`;
}

/** The findings with what provokes each, as far as it could be narrowed down. */
export function withCauses(findings: readonly Finding[], narrowed: Narrowed<Work>, crashes: Crashes): Finding[] {
  const causes = causesOf(narrowed, crashes);
  const causeOf = (title: string) => causes.find(([own]) => own === title)?.[1];
  const first = findings.find(isGrave);
  return findings.map((finding) => {
    const cause = causeOf(finding.title) ?? (finding === first ? causeUnderAnotherTitle(finding) : undefined);
    return isGrave(finding) && cause !== undefined ? { ...finding, cause } : finding;
  });

  /** Of the first crash: what a loop is caught in, and so is titled by, differs from guest to guest. */
  function causeUnderAnotherTitle({ kind }: Finding): string | undefined {
    const alike = findings.filter((one) => HEALTH_OF[one.kind] === HEALTH_OF[kind]);
    return causes.find(([title]) => alike.some((one) => one.title === title))?.[1];
  }
}

/** Title and cause, the best known first. */
function causesOf({ culprits, avoided }: Narrowed<Work>, crashes: Crashes): [title: string, cause: string][] {
  const { ofUnits, ofCommands, last } = crashes;
  const commands = ofCommands.map(({ title, done }): [string, string] => [title, done]);
  const ranked = [...culprits].sort((a, b) => Number(b.alone) - Number(a.alone));
  const units = ranked.flatMap(({ unit, alone }): [string, string][] => {
    const { title, done } = ofUnits.get(unit) ?? { title: last?.title ?? "", done: "" };
    return [[title, `${unit.id}${done ? `, ${done}` : ""}${alone ? ", alone in a fresh guest" : ""}`]];
  });
  if (commands.length + units.length > 0) return [...commands, ...units];
  // Nothing is to blame, and still not everything could be had: it is what comes with all of it.
  return avoided.length > 0 && last ? [[last.title, last.done]] : [];
}

/** Why a unit has no result. @param end why the search ended before its time. */
export function reasonFor(
  unit: Work | undefined,
  { culprits, shared }: Narrowed<Work>,
  crashes: Crashes,
  end: string | undefined,
): string {
  const isCulprit = culprits.some((culprit) => culprit.unit === unit);
  const cause = (unit && (crashes.ofUnits.get(unit) ?? crashes.ofFamilies.get(unit.family))) ?? crashes.last;
  const lost = `lost to the kernel: ${cause?.title}`;
  if (isCulprit) return `${lost}, which this provokes`;
  if (end !== undefined) return `${lost}; it was not asked again: ${end}`;
  const traits = Object.entries(shared).map(([name, value]) => `${name} ${value}`);
  const [first] = culprits;
  const isLike = traits.length > 0 && first?.unit.family === unit?.family;
  return isLike ? `${lost} (what crashed it has in common: ${traits.join(", ")})` : lost;
}
