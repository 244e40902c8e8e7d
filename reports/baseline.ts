/**
 * A run trimmed to a baseline: cells of one place that were observed alike are one entry, entries are sorted by their
 * meaning, so that the same behaviour always gives the same bytes. What could not be told is no entry.
 */
import { observationOf } from "../lab/compare/aspects.ts";
import { generationOf, meaningOf, type Run, ruleOf, sentencesOf } from "../lab/compare/run.ts";
import type { Baseline, BaselineCells, BaselineCheck, BaselineKernel } from "../lab/model/baseline.ts";
import type { CellResult, CheckResult } from "../lab/model/results.ts";
import { BASELINE_SCHEMA } from "../lab/model/schema-ids.ts";
import { compareCells, compareTexts } from "./cell-order.ts";
import { groupBy } from "./group.ts";
import { kernelNames } from "./kernel-names.ts";
import { partyKey } from "./party.ts";
import { foldProducts } from "./products.ts";
import { type RuleKeys, ruleKeys } from "./rule-keys.ts";
import { trafficText } from "./traffic-text.ts";

export interface BaselineOptions {
  /** Keep the oracle's rules and the kernels' versions too: what the compatibility report tells of. */
  readonly rules: boolean;
}

export function makeBaseline(run: Run, { rules }: BaselineOptions): Baseline {
  const order = kernelNames(run).ids;
  const place = new Map(order.map((id, index) => [id, index]));
  const kernels = [...run.kernels].sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
  const keys = rules
    ? ruleKeys([...run.cells, ...run.checks].flatMap((answer) => sentencesOf(ruleOf(answer))))
    : undefined;
  const context: Context = { order, keys };
  return {
    schema: BASELINE_SCHEMA,
    kernels: kernels.map((kernel) => kernelEntry(kernel, rules)),
    ...(keys ? { rules: Object.fromEntries(keys.sentences) } : {}),
    cells: cellEntries(run.cells.filter(isTold), context),
    checks: checkEntries(run.checks.filter(isTold), context),
    ...(rules ? measuredPart(run) : {}),
  };
}

interface Context {
  /** Ids of the kernels, oldest first. */
  readonly order: readonly string[];
  readonly keys: RuleKeys | undefined;
}

function isTold({ verdict }: CellResult | CheckResult): boolean {
  return verdict !== "inconclusive";
}

/** Ratios: absolute figures are the machine's of that day. */
function measuredPart({ measurements = [] }: Run): Pick<Baseline, "measurements"> {
  const told = measurements.filter(({ ratios }) => ratios.length > 0);
  if (told.length === 0) return {};
  return {
    measurements: told.map(({ scenario, id, kernel, text, unit, ratios }) => ({
      scenario,
      id,
      kernel,
      text,
      unit,
      ratios,
    })),
  };
}

function kernelEntry({ id, version, health }: Run["kernels"][number], rules: boolean): BaselineKernel {
  const findings = health.findings.map(({ kind, title }) => ({ kind, title }));
  return {
    id,
    generation: generationOf(version),
    ...(rules ? { version } : {}),
    ...(health.status === "ok" ? {} : { health: { status: health.status, findings } }),
  };
}

function rulePart(answer: CellResult | CheckResult, { keys }: Context): Pick<BaselineCheck, "rule"> {
  return keys ? { rule: sentencesOf(ruleOf(answer)).map((sentence) => keys.keyOf(sentence)) } : {};
}

/** What was observed of a cell, and what was expected instead where that was something else. */
function seenPart({ observed, expected, verdict }: CellResult): Pick<BaselineCells, "observed" | "expected"> {
  return {
    observed: observationOf(observed),
    ...(verdict === "mismatch" ? { expected: observationOf(expected) } : {}),
  };
}

type CheckSeen = Pick<BaselineCheck, "observed" | "expected" | "unsupported">;

function answerPart({ observed, expected, verdict }: CheckResult): CheckSeen {
  if (verdict === "unsupported") return { observed, unsupported: true };
  return { observed, ...(verdict === "mismatch" ? { expected } : {}) };
}

function cellEntries(cells: readonly CellResult[], context: Context): BaselineCells[] {
  const outcome = (cell: CellResult) => JSON.stringify([seenPart(cell), rulePart(cell, context)]);
  const shared = foldKernels(inOrder(cells, compareCells, context), outcome, context);
  const entries = groupBy(shared, ({ answer: cell, text, kernels }) => {
    const { scenario, lower = "", placement, reflectiveRelay } = cell;
    return [scenario, lower, placement, reflectiveRelay, trafficText(cell), text, kernels.join(" ")].join("\n");
  });
  return [...entries.values()].flatMap((group) => {
    const pairs = group.map(({ answer: { source, destination } }) => [partyKey(source), partyKey(destination)]);
    return foldProducts(pairs).map(([sources = [], destinations = []]) =>
      cellEntry(group[0] as Shared<CellResult>, [...sources], [...destinations], context),
    );
  });
}

function cellEntry(
  { answer, kernels }: Shared<CellResult>,
  sources: string[],
  destinations: string[],
  context: Context,
): BaselineCells {
  const { scenario, lower, placement, reflectiveRelay, traffic, neighbours, route, vhost } = answer;
  const held = { ...(neighbours && { neighbours }), ...(route && { route }) };
  const how = { ...(lower && { lower }), ...held, ...(vhost && { vhost }) };
  const where = { scenario, placement, reflectiveRelay, traffic, ...how, sources, destinations };
  return { ...where, ...seenPart(answer), ...kernelsPart(kernels, context), ...rulePart(answer, context) };
}

/** In the order the scenario asks them. */
function checkEntries(checks: readonly CheckResult[], context: Context): BaselineCheck[] {
  const places = new Map([...new Set(checks.map(meaningOf))].map((meaning, place) => [meaning, place]));
  const place = (check: CheckResult) => places.get(meaningOf(check)) ?? 0;
  const sorted = inOrder(checks, (a, b) => compareTexts(a.scenario, b.scenario) || place(a) - place(b), context);
  const outcome = (check: CheckResult) => JSON.stringify([check.text, answerPart(check), rulePart(check, context)]);
  return foldKernels(sorted, outcome, context).map(({ answer, kernels }) => {
    const { scenario, id, text } = answer;
    const seen = answerPart(answer);
    return { scenario, id, text, ...seen, ...kernelsPart(kernels, context), ...rulePart(answer, context) };
  });
}

/** Sorted by meaning, and by kernel where that is one. */
function inOrder<T extends CellResult | CheckResult>(
  answers: readonly T[],
  compare: (a: T, b: T) => number,
  { order }: Context,
): T[] {
  const places = new Map(order.map((id, place) => [id, place]));
  const place = ({ kernel }: T) => places.get(kernel) ?? order.length;
  return [...answers].sort((a, b) => compare(a, b) || place(a) - place(b));
}

/** One answer of several kernels. */
interface Shared<T> {
  readonly answer: T;
  readonly text: string;
  readonly kernels: readonly string[];
}

function foldKernels<T extends CellResult | CheckResult>(
  answers: readonly T[],
  textOf: (answer: T) => string,
  { order }: Context,
): Shared<T>[] {
  const alike = groupBy(
    answers.map((answer) => ({ answer, text: textOf(answer) })),
    ({ answer, text }) => `${meaningOf(answer)}\n${text}`,
  );
  return [...alike.values()].map((group) => {
    const { answer, text } = group[0] as { answer: T; text: string };
    const own = new Set(group.map((one) => one.answer.kernel));
    return { answer, text, kernels: order.filter((id) => own.has(id)) };
  });
}

function kernelsPart(kernels: readonly string[], { order }: Context): { kernels?: string[] } {
  return kernels.length === order.length ? {} : { kernels: [...kernels] };
}
