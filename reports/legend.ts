/** What a reader is told before the matrices, and the titles over them: the same words in every report. */
import type { Results } from "../lab/model/results.ts";
import type { Arrangement, Block, Chapter, Variant } from "./chapters.ts";
import { cellCode, DIFFERS, glyphLegend } from "./glyph.ts";
import { type KernelNames, kernelPhrase } from "./kernel-names.ts";
import { columnKey, columnName } from "./party.ts";
import { isTalk } from "./traffic-text.ts";

const FRAMES = "Rows send, columns receive; one tagged frame per cell.";
const TALKS =
  "In conversations rows begin, columns answer; neither knows the other's address, unless neighbours are static.";
const READING =
  'A line without "macvlan" or "macvtap" stands for both. ' +
  "Relay on: the switch port sends frames back to where they came from (reflective relay).";

const ARRANGEMENTS: Readonly<Record<Arrangement, string>> = {
  "one lower device": "carries both endpoints",
  "two lower devices": "on one external switch carry an endpoint each",
};

export interface Legend {
  readonly introduction: string;
  /** A sample and its meaning, for what occurs in these matrices. */
  readonly glyphs: readonly (readonly [sample: string, meaning: string])[];
  /** Short column heads, for who uses them. */
  readonly columns: readonly (readonly [head: string, meaning: string])[];
}

export function matrixLegend(results: Results, chapters: readonly Chapter[]): Legend {
  const grids = chapters.flatMap(({ sections }) =>
    sections.flatMap(({ blocks }) => blocks.flatMap(({ variants }) => variants.map((variant) => variant.grid))),
  );
  const shown = new Set(grids.flatMap((grid) => grid.glyphs.flat()));
  const glyphs = glyphLegend(new Set(results.cells.map(cellCode)));
  if ([...shown].some((glyph) => glyph.endsWith(DIFFERS))) glyphs.push([`1${DIFFERS}`, "differs between kernels (*)"]);
  if (shown.has("")) glyphs.push(["", "(blank) not measured"]);
  const heads = new Set(grids.flatMap((grid) => grid.columns.map((line) => columnName(line.party))));
  const introduction = [
    ...(results.cells.every(isTalk) ? [] : [FRAMES]),
    ...(results.cells.some(isTalk) ? [TALKS] : []),
    READING,
  ].join(" ");
  return { introduction, glyphs, columns: columnKey(heads) };
}

/** A chapter's name and what it means; with the scenario where there are several, and the kernels if not all did it. */
export function titleOf(chapter: Chapter, several: boolean, kernels: KernelNames): [name: string, what: string] {
  const { arrangement, scenario } = chapter;
  const missing = chapter.kernels.length < kernels.ids.length;
  const on = missing ? `, measured on ${kernelPhrase(kernels, chapter.kernels)}` : "";
  const kinds = chapter.lowers.join(", ");
  const name = kinds === "veth" ? arrangement : `${arrangement} (${kinds})`;
  return [name, `${ARRANGEMENTS[arrangement]}${several ? `, scenario ${scenario}` : ""}${on}`];
}

/** `relay off and on`; with the kernels when the matrix does not speak for all of the chapter's. */
export function stateText(chapter: Chapter, block: Block, variant: Variant, kernels: KernelNames): string {
  const relay = `relay ${block.relay.map((on) => (on ? "on" : "off")).join(" and ")}`;
  if (variant.kernels.length === chapter.kernels.length) return relay;
  return `${relay}, ${kernelPhrase(kernels, variant.kernels)}`;
}
