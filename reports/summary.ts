/** The run in one sentence, and what a reader has to know beside the matrices. */
import type { Finding, KernelResult, Results } from "../lab/model/results.ts";
import type { Verdict } from "../lab/model/vocabulary.ts";
import { plural } from "./cell-text.ts";

/** `12 cells and 3 checks on 2 kernels: 9 match, 4 unsupported as predicted. Not as expected: 1 mismatch.` */
export function summaryText(results: Results): string {
  const { cells, checks, measurements = [], kernels } = results;
  const judged = `${plural(cells.length, "cell", "cells")} and ${plural(checks.length, "check", "checks")}`;
  const size = measurements.length === 0 ? judged : `${judged}, ${measurements.length} measured without judgement,`;
  const { match, unsupported } = verdictCounts(results);
  const fine = `${match} as expected, ${unsupported} refused as predicted`;
  const wrong = problems(results);
  const end = wrong.length === 0 ? "All is as expected." : `NOT as expected: ${wrong.join(", ")}.`;
  return `${size} on ${plural(kernels.length, "kernel", "kernels")}: ${fine}. ${baselineText(results)}${end}`;
}

/** How far an earlier run was the expectation; empty where none was. */
function baselineText({ run: { baseline } }: Results): string {
  if (baseline === undefined) return "";
  const { file, judged, others } = baseline;
  const unknown = others === 0 ? "" : `; ${others} it does not know were judged by the oracle`;
  return `${judged} held against the baseline ${file}${unknown}. `;
}

export function verdictCounts({ cells, checks }: Results): Record<Verdict, number> {
  const counts = { match: 0, mismatch: 0, inconclusive: 0, unsupported: 0 };
  for (const { verdict } of cells) counts[verdict] += 1;
  for (const { verdict } of checks) counts[verdict] += 1;
  return counts;
}

/** What keeps the run from being all as expected; empty when nothing does. */
export function problems(results: Results): string[] {
  const { mismatch, inconclusive } = verdictCounts(results);
  const found: string[] = [];
  if (mismatch > 0) found.push(plural(mismatch, "mismatch", "mismatches"));
  if (inconclusive > 0) found.push(`${inconclusive} inconclusive`);
  for (const { id, health } of results.kernels) if (health.status !== "ok") found.push(`${id} ${health.status}`);
  const asked = results.cells.length + results.checks.length + (results.measurements?.length ?? 0);
  if (asked === 0) found.push("nothing was measured");
  return found;
}

/** `boot 1.2 s, total 3.1 s`; a kernel that runs already has no boot time. */
export function timesText({ accelerator, seconds, boots }: KernelResult): string {
  const total = `total ${seconds.total.toFixed(1)} s${boots === undefined ? "" : ` in ${boots} guests`}`;
  return accelerator === "none" ? total : `boot ${seconds.boot.toFixed(1)} s, ${total}`;
}

/** `4 guests of 6.1.0-56-cloud-amd64 (tcg), each booted once in 4.1 s, with 34 macvtaps as network cards`; empty without any. */
export function guestsText({ guests }: KernelResult): string[] {
  if (!guests) return [];
  const { boots, cards, seconds, release, accelerator } = guests;
  const booted = `${plural(boots, "guest", "guests")} of ${release} (${accelerator}), ${boots} boots in ${seconds.toFixed(1)} s`;
  return [`${booted}, with ${plural(cards, "macvtap", "macvtaps")} as network cards`];
}

/** A finding in a line: what, and how often. */
export function findingText({ kind, title, count }: Finding): string {
  return `${kind}: ${title}${count === undefined ? "" : ` (${count} times)`}`;
}

/** Ids of kernels of which something is expected that no reviewed driver settles. */
export function extrapolatedKernels({ cells, checks }: Results): Set<string> {
  const found = new Set<string>();
  for (const cell of cells) if (cell.expected.extrapolated) found.add(cell.kernel);
  for (const check of checks) if (check.extrapolated) found.add(check.kernel);
  return found;
}

/** How many multicast groups nobody joined reached an endpoint all the same; undefined when none did. */
export function leakText({ cells }: Results): string | undefined {
  let [leaked, of] = [0, 0];
  for (const { observed } of cells) {
    leaked += observed.leaked?.[0] ?? 0;
    of += observed.leaked?.[1] ?? 0;
  }
  if (leaked === 0) return undefined;
  const share = ((100 * leaked) / of).toPrecision(2);
  return `Multicast nobody joined: ${leaked} of ${of} groups (${share} %) got through the driver's hash filter.`;
}

/** The modules that were not the kernel's own: what was seen is to be read as theirs. */
/** Where the external switch had a guest of its own: what it ran, and what is to be known of it. */
export function switchText({ switch: its }: KernelResult): string | undefined {
  if (!its) return undefined;
  const { id, version, release, hypervisors, clockError, health } = its;
  const guests = `cabled to ${plural(hypervisors, "guest", "guests")} of this kernel`;
  const clock = clockError === undefined ? "" : `, times across guests to within ${clockError} us`;
  const titles = health.findings.map(({ title }) => title).join("; ");
  const complaints = titles ? `; its kernel, which is not under test, said: ${titles}` : "";
  return `switch in a guest of its own: ${version} ${id} (${release}), ${guests}${clock}${complaints}`;
}

export function replacedModules({ modules }: KernelResult): { name: string; sha256: string; replacedBy: string }[] {
  return modules.flatMap(({ name, sha256, replacedBy }) =>
    replacedBy === undefined ? [] : [{ name, sha256, replacedBy }],
  );
}
