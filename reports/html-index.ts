/** The index of `report.html`, made of results: see `html-types.ts` for what is in it. */
import { pairKernels } from "../lab/compare/changes.ts";
import { mergeRuns } from "../lab/compare/merge.ts";
import { meaningOf } from "../lab/compare/run.ts";
import type { CellResult, Results } from "../lab/model/results.ts";
import { compareCells } from "./cell-order.ts";
import { outcomeText } from "./cell-sentence.ts";
import { cellStatus } from "./cell-status.ts";
import { foldClaims } from "./claims.ts";
import { incomparable } from "./comparability.ts";
import { cellCode } from "./glyph.ts";
import { groupBy } from "./group.ts";
import { overviewDifferences } from "./html-overview.ts";
import type {
  CheckRow,
  Chunk,
  ClaimRow,
  Column,
  HtmlOptions,
  HtmlRun,
  Look,
  Question,
  ReportIndex,
} from "./html-types.ts";
import { kernelNames, nameOf } from "./kernel-names.ts";
import { measuredKernels } from "./measurements.ts";
import { extrapolatedKernels, summaryText } from "./summary.ts";

export interface PlacedCells {
  readonly question: number;
  readonly cell: CellResult;
}

/** Cells of a chunk: what is decoded to look at one of them. */
const CHUNK = 1500;
/** A log of this many characters stays in the console's file. */
const LONG_LOG = 2 ** 20;

export interface Indexed {
  readonly index: ReportIndex;
  readonly chunks: ReadonlyMap<string, readonly PlacedCells[]>;
}

/** One column of cells before it has a place. */
interface Source {
  readonly run: number;
  readonly id: string;
  readonly name: string;
}

export function indexOf(runs: readonly HtmlRun[], { claims, sizeOf }: HtmlOptions): Indexed {
  const sources = sourcesOf(runs);
  const own = sources.map(({ run, id }) => (runs[run] as HtmlRun).results.cells.filter(({ kernel }) => kernel === id));
  const firsts = new Map<string, CellResult>();
  const named = own.map((cells) => cells.map((cell) => ({ name: meaningOf(cell), cell })));
  for (const cells of named) for (const { name, cell } of cells) if (!firsts.has(name)) firsts.set(name, cell);
  const ordered = [...firsts].sort(([, a], [, b]) => compareCells(a, b));
  const places = new Map(ordered.map(([name], place) => [name, place]));
  const placed = named.map((cells) =>
    cells.map(({ name, cell }): PlacedCells => ({ question: places.get(name) as number, cell })),
  );
  const looks = new Looks();
  const answers = placed.map((cells) => looks.sheet(ordered.length, cells));
  const chunked = placed.map((cells, column) => chunksOf(cells, column));
  const shown = together(runs);
  const names = kernelNames(shown);
  const index: ReportIndex = {
    summary: runs.length === 1 ? summaryText((runs[0] as HtmlRun).results) : summaryText(shown),
    runs: runs.map(({ name, directory, results }) => ({ name, directory, run: results.run })),
    columns: sources.map((source, place) => columnOf(runs, source, answers[place] ?? [], looks.all)),
    names: ordered.map(([name]) => name),
    questions: ordered.map(([, cell]) => questionOf(cell)),
    looks: looks.all,
    answers,
    differences: overviewDifferences(shown, names),
    checks: checkRows(runs, sources),
    claims: claimRows(shown, claims),
    measurements: measuredKernels(shown, names),
    incomparable: incomparable(runs),
    pairs: pairsOf(runs, sources),
    chunks: chunked.map((chunks) => chunks.map(({ chunk }) => chunk)),
    files: filesOf(runs, sizeOf),
  };
  return { index, chunks: new Map(chunked.flat().map(({ chunk, cells }) => [chunk.id, cells])) };
}

/** Oldest kernel first; of one kernel, the runs in the order they were named. */
function sourcesOf(runs: readonly HtmlRun[]): Source[] {
  const named = runs.map(({ results }) => kernelNames(results));
  const uses = groupBy(
    named.flatMap(({ names }) => [...names.values()]),
    (name) => name,
  );
  const all = named.flatMap(({ ids, names }, run) =>
    ids.map((id) => {
      const short = names.get(id) ?? id;
      return { run, id, name: (uses.get(short)?.length ?? 0) > 1 ? `${short} (${runs[run]?.name})` : short };
    }),
  );
  const versions = kernelNames({
    kernels: all.map((source, place) => ({ ...kernelOf(runs, source), id: String(place) })),
    cells: [],
    checks: [],
  });
  return versions.ids.map((place) => all[Number(place)] as Source);
}

/** Cells of a kernel nobody listed: a file that was cut short, or put together by hand. */
function kernelOf(runs: readonly HtmlRun[], { run, id }: Pick<Source, "run" | "id">): Column["kernel"] {
  const kernel = runs[run]?.results.kernels.find((one) => one.id === id);
  if (kernel) return kernel;
  const seconds = { boot: 0, topology: 0, traffic: 0, decode: 0, total: 0 };
  const unknown = { release: "", version: "", sha256: "", modules: [], accelerator: "none" as const };
  return { id, ...unknown, seconds, health: { status: "ok", findings: [] } };
}

function columnOf(
  runs: readonly HtmlRun[],
  source: Source,
  answers: readonly number[],
  looks: readonly Look[],
): Column {
  const counts: Record<string, number> = { measured: 0 };
  for (const place of answers) {
    const look = looks[place];
    if (!look) continue;
    counts.measured = (counts.measured ?? 0) + 1;
    counts[look.verdict] = (counts[look.verdict] ?? 0) + 1;
  }
  const { results } = runs[source.run] as HtmlRun;
  const kernel = kernelOf(runs, source);
  const findings = kernel.health.findings.map((finding) =>
    finding.log.length < LONG_LOG ? finding : { ...finding, log: "" },
  );
  const extrapolated = extrapolatedKernels(results).has(source.id);
  const health = { ...kernel.health, findings };
  return { run: source.run, kernel: { ...kernel, health }, name: source.name, counts, extrapolated };
}

function questionOf(cell: CellResult): Question {
  const { scenario, placement, reflectiveRelay, traffic, neighbours, route, vhost, source, destination, claims } = cell;
  const how = { traffic, neighbours, route, ...(vhost ? { vhost } : {}) };
  return { scenario, placement, reflectiveRelay, ...how, source, destination, claims };
}

class Looks {
  readonly all: Look[] = [];
  readonly #places = new Map<string, number>();

  sheet(size: number, cells: readonly PlacedCells[]): number[] {
    const sheet = new Array<number>(size).fill(-1);
    for (const { question, cell } of cells) sheet[question] = this.#place(cell);
    return sheet;
  }

  #place(cell: CellResult): number {
    const look = {
      status: cellStatus(cell),
      code: cellCode(cell),
      verdict: cell.verdict,
      outcome: outcomeText(cell, cell.observed),
    };
    const key = `${look.status}|${look.code}|${look.verdict}|${look.outcome}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.all.length);
    return this.all.push(look) - 1;
  }
}

function chunksOf(cells: readonly PlacedCells[], column: number): { chunk: Chunk; cells: PlacedCells[] }[] {
  return [...groupBy(cells, ({ cell }) => cell.scenario).values()].flatMap((own, scenario) =>
    Array.from({ length: Math.ceil(own.length / CHUNK) }, (_, part) => {
      const some = own.slice(part * CHUNK, (part + 1) * CHUNK);
      const questions = some.map(({ question }) => question);
      return { chunk: { id: `${column}-${scenario}-${part}`, questions }, cells: some };
    }),
  );
}

/** What is said about all kernels of all runs; of a kernel that is in several, what the last one says. */
function together(runs: readonly HtmlRun[]): Results {
  const { results: last } = runs.at(-1) as HtmlRun;
  if (runs.length === 1) return last;
  const seen = new Set<string>();
  const sources = runs.toReversed().map(({ name, results }) => {
    const isNew = (id: string) => !seen.has(id);
    const kernels = results.kernels.filter(({ id }) => isNew(id));
    const own = <T extends { kernel: string }>(items: readonly T[]) => items.filter(({ kernel }) => isNew(kernel));
    const { cells, checks, measurements = [] } = results;
    const run = { kernels, cells: own(cells), checks: own(checks), measurements: own(measurements) };
    for (const { id } of kernels) seen.add(id);
    return { name, run };
  });
  return { ...last, ...mergeRuns(sources.reverse()) } as Results;
}

function checkRows(runs: readonly HtmlRun[], sources: readonly Source[]): CheckRow[] {
  const rows = new Map<string, CheckRow & { answers: CheckRow["answers"][number][] }>();
  sources.forEach(({ run, id: kernelId }, place) => {
    for (const check of runs[run]?.results.checks ?? []) {
      if (check.kernel !== kernelId) continue;
      const { scenario, id, claim, text, expected, observed, verdict, reason, rule, by, extrapolated, evidence } =
        check;
      const key = `${scenario} ${id}`;
      const row = rows.get(key) ?? { scenario, id, claim, text, answers: sources.map(() => null) };
      row.answers[place] = { expected, observed, verdict, reason, rule, by, extrapolated, evidence };
      rows.set(key, row);
    }
  });
  return [...rows.values()];
}

function claimRows(shown: Results, claims: readonly Parameters<typeof foldClaims>[1][number][]): ClaimRow[] {
  const ledger = foldClaims(shown, claims);
  return ledger.entries.map(({ claim, verdict, ranges, unasked }) => ({
    id: claim.id,
    text: claim.text,
    open: claim.open ?? false,
    verdict,
    ranges: ranges.map(({ name, value, changed }) => ({
      name,
      sentence: value.sentence,
      ...(changed ? { changed } : {}),
    })),
    unasked: unasked.map((id) => nameOf(ledger.names, id)),
  }));
}

function pairsOf(runs: readonly HtmlRun[], sources: readonly Source[]): [number, number][] {
  const [before, after] = [runs[0], runs.at(-1)];
  if (!before || !after || runs.length < 2) return [];
  const place = (run: number, id: string) => sources.findIndex((one) => one.run === run && one.id === id);
  return pairKernels(before.results, after.results).map((pair) => [
    place(0, pair.before.id),
    place(runs.length - 1, pair.after.id),
  ]);
}

function filesOf(runs: readonly HtmlRun[], sizeOf: HtmlOptions["sizeOf"]): Record<string, number | null> {
  if (sizeOf === undefined) return {};
  const paths = new Set<string>();
  for (const { directory, results } of runs) {
    const captures = new Set<string>();
    for (const items of [results.cells, results.checks])
      for (const { evidence } of items) for (const { capture } of evidence) captures.add(capture);
    for (const { trace } of results.cells) if (trace?.capture) captures.add(trace.capture);
    for (const capture of captures) paths.add(directory === "" ? capture : `${directory}/${capture}`);
  }
  return Object.fromEntries([...paths].map((path) => [path, sizeOf(path) ?? null]));
}
