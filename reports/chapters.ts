/**
 * All matrices of a run, folded so that only what differs is printed twice: per scenario and number of lower devices
 * a chapter; in it a section per set of traffic kinds that look the same; in it a block per set of relay states that
 * look the same; in it one matrix per set of kernels that look the same.
 */
import type { CellResult, Results } from "../lab/model/results.ts";
import { behaviour, isConclusive } from "./glyph.ts";
import { groupBy } from "./group.ts";
import { type Frame, foldKinds, type Grid, makeFrame, type Sheet, sheetOf } from "./matrix.ts";
import { compareTraffic, trafficText } from "./traffic-text.ts";

const ARRANGEMENTS = ["one lower device", "two lower devices"] as const;
/** The cells with a host at one end are the margin of the matrix of one lower device. */
export type Arrangement = (typeof ARRANGEMENTS)[number];

export interface Variant {
  readonly kernels: readonly string[];
  readonly grid: Grid;
}

export interface Block {
  readonly relay: readonly boolean[];
  readonly variants: readonly Variant[];
}

export interface Section {
  /** Kinds of traffic, or of conversations, by name. */
  readonly traffic: readonly string[];
  readonly blocks: readonly Block[];
}

export interface Chapter {
  readonly scenario: string;
  readonly arrangement: Arrangement;
  /** What the lower devices are, all of which look the same. */
  readonly lowers: readonly string[];
  /** Those that measured any of it, in the order kernels are shown. */
  readonly kernels: readonly string[];
  readonly sections: readonly Section[];
}

type Sheets = ReadonlyMap<string, Sheet>;

/** @param kernels ids in the order kernels are shown. */
export function foldChapters(results: Results, kernels: readonly string[]): Chapter[] {
  const place = new Map(kernels.map((id, index) => [id, index]));
  const built = results.cells.filter(isBuilt);
  return [...groupBy(built, (cell) => cell.scenario)].flatMap(([scenario, all]) => {
    const groups = groupBy(all, arrangementOf);
    return ARRANGEMENTS.flatMap((arrangement): Chapter[] => {
      const byLower = groupBy(groups.get(arrangement) ?? [], ({ lower = "veth" }) => lower);
      const chapters = [...byLower].map(([lower, cells]) => {
        const frame = makeFrame(cells);
        const measured = new Set(cells.map((cell) => cell.kernel));
        const sections = foldTraffic(cells, (alike) => foldRelay(frame, alike, place));
        const own = kernels.filter((id) => measured.has(id));
        return { scenario, arrangement, lowers: [lower], kernels: own, sections };
      });
      return foldLowers(chapters);
    });
  });
}

/** A kernel that has no such lower device at all has no matrix over it: the reason is told elsewhere. */
function isBuilt({ lower, verdict, observed }: CellResult): boolean {
  return lower === undefined || verdict !== "unsupported" || observed.error !== undefined;
}

/** Lower devices whose matrices are the same share one. */
function foldLowers(chapters: readonly Chapter[]): Chapter[] {
  const alike = groupBy(chapters, ({ kernels, sections }) => JSON.stringify([kernels, sections]));
  return [...alike.values()].map((group) => ({
    ...(group[0] as Chapter),
    lowers: group.flatMap(({ lowers }) => lowers),
  }));
}

function arrangementOf(cell: CellResult): Arrangement {
  return cell.placement === "two-lowers" ? "two lower devices" : "one lower device";
}

function foldTraffic(cells: readonly CellResult[], fold: (cells: readonly CellResult[]) => Block[]): Section[] {
  const kinds = [...groupBy(cells, trafficText)];
  const inOrder = kinds.sort(([, [a]], [, [b]]) => (a && b ? compareTraffic(a, b) : 0));
  const folded = inOrder.map(([traffic, own]) => ({ traffic, blocks: fold(own) }));
  const alike = groupBy(folded, ({ blocks }) => JSON.stringify(blocks));
  return [...alike.values()].map((group) => ({
    traffic: group.map(({ traffic }) => traffic),
    blocks: group[0]?.blocks ?? [],
  }));
}

function foldRelay(frame: Frame, cells: readonly CellResult[], place: ReadonlyMap<string, number>): Block[] {
  const states = groupBy(cells, (cell) => cell.reflectiveRelay);
  const folded = [false, true].flatMap((relay) => {
    const own = states.get(relay);
    return own ? [{ relay, variants: foldKernels(frame, sheetsOf(frame, own, place)) }] : [];
  });
  const alike = groupBy(folded, ({ variants }) => JSON.stringify(variants));
  return [...alike.values()].map((group) => ({
    relay: group.map(({ relay }) => relay),
    variants: group[0]?.variants ?? [],
  }));
}

/** Sheets by kernel, in the order kernels are shown. */
function sheetsOf(frame: Frame, cells: readonly CellResult[], place: ReadonlyMap<string, number>): Sheets {
  const kernels = [...groupBy(cells, (cell) => cell.kernel)];
  kernels.sort(([a], [b]) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  return new Map(kernels.map(([kernel, own]) => [kernel, sheetOf(frame, own)]));
}

function foldKernels(frame: Frame, sheets: Sheets): Variant[] {
  const differs = differingPlaces([...sheets.values()]);
  const alike = groupBy(sheets, ([, sheet]) => sheet.join("|"));
  return [...alike.values()].map((group) => ({
    kernels: group.map(([kernel]) => kernel),
    grid: foldKinds(frame, group[0]?.[1] ?? [], differs),
  }));
}

/** Places where two kernels certainly behaved differently. */
function differingPlaces(sheets: readonly Sheet[]): Set<number> {
  const differs = new Set<number>();
  const [first = []] = sheets;
  first.forEach((_, place) => {
    const codes = new Set(
      sheets
        .map((sheet) => sheet[place] ?? "")
        .filter(isConclusive)
        .map(behaviour),
    );
    if (codes.size > 1) differs.add(place);
  });
  return differs;
}
