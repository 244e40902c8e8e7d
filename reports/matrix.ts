/**
 * One matrix: who reached whom, for one kernel, relay state and traffic kind. Rows send, columns receive. A macvlan
 * and a macvtap of one mode share a line when every cell of both lines is the same.
 */
import type { CellResult } from "../lab/model/results.ts";
import { cellCode, DIFFERS, glyphOf } from "./glyph.ts";
import { compareParties, isHost, modeKey, partyKey, type ResultParty } from "./party.ts";

/** The parties of every matrix of a group, so that cells are addressed by number. */
export interface Frame {
  readonly sources: readonly ResultParty[];
  readonly destinations: readonly ResultParty[];
  readonly sourcePlace: ReadonlyMap<string, number>;
  readonly destinationPlace: ReadonlyMap<string, number>;
}

/** Codes by `row * columns + column` of a frame; `""` where nothing was measured. */
export type Sheet = string[];

/** One row or column of a grid. */
export interface Line {
  readonly party: ResultParty;
  /** Stands for macvlan and macvtap alike. */
  readonly bothKinds: boolean;
}

/** A matrix as it is shown: only lines that were measured. `glyphs[row][column]`, `""` where nothing was measured. */
export interface Grid {
  readonly rows: readonly Line[];
  readonly columns: readonly Line[];
  readonly glyphs: readonly (readonly string[])[];
}

interface FoldedLine extends Line {
  readonly places: readonly number[];
}

export function makeFrame(pairs: Iterable<{ source: ResultParty; destination: ResultParty }>): Frame {
  const sources = new Map<string, ResultParty>();
  const destinations = new Map<string, ResultParty>();
  for (const { source, destination } of pairs) {
    sources.set(partyKey(source), source);
    destinations.set(partyKey(destination), destination);
  }
  const sort = (parties: Map<string, ResultParty>) => [...parties.values()].sort(compareParties);
  const places = (parties: ResultParty[]) => new Map(parties.map((party, place) => [partyKey(party), place]));
  const [rows, columns] = [sort(sources), sort(destinations)];
  return { sources: rows, destinations: columns, sourcePlace: places(rows), destinationPlace: places(columns) };
}

export function sheetOf(frame: Frame, cells: Iterable<CellResult>): Sheet {
  const width = frame.destinations.length;
  const sheet = new Array<string>(frame.sources.length * width).fill("");
  for (const cell of cells) {
    const row = frame.sourcePlace.get(partyKey(cell.source));
    const column = frame.destinationPlace.get(partyKey(cell.destination));
    if (row !== undefined && column !== undefined) sheet[row * width + column] = cellCode(cell);
  }
  return sheet;
}

/** @param differs places of the sheet whose cells differ between kernels. */
export function foldKinds(frame: Frame, sheet: Sheet, differs: ReadonlySet<number> = new Set()): Grid {
  const width = frame.destinations.length;
  const code = (row: number, column: number) => sheet[row * width + column] ?? "";
  const rowCodes = (row: number) => frame.destinations.map((_, column) => code(row, column));
  const columnCodes = (column: number) => frame.sources.map((_, row) => code(row, column));
  const rows = foldLines(frame.sources, rowCodes);
  const columns = foldLines(frame.destinations, columnCodes);
  const marked = (row: FoldedLine, column: FoldedLine) =>
    row.places.some((r) => column.places.some((c) => differs.has(r * width + c)));
  const glyph = (row: FoldedLine, column: FoldedLine) => {
    const text = glyphOf(code(row.places[0] ?? 0, column.places[0] ?? 0));
    return text !== "" && marked(row, column) ? text + DIFFERS : text;
  };
  return { rows, columns, glyphs: rows.map((row) => columns.map((column) => glyph(row, column))) };
}

/** Lines nobody measured vanish; neighbours of one mode with the same codes become one. */
function foldLines(parties: readonly ResultParty[], codesOf: (place: number) => string[]): FoldedLine[] {
  const lines: (FoldedLine & { key: string })[] = [];
  parties.forEach((party, place) => {
    const codes = codesOf(place);
    if (codes.every((code) => code === "")) return;
    const key = `${modeKey(party)}|${codes.join("|")}`;
    const before = lines.at(-1);
    if (before?.key === key && !isHost(party))
      lines[lines.length - 1] = { ...before, bothKinds: true, places: [...before.places, place] };
    else lines.push({ party, bothKinds: false, places: [place], key });
  });
  return lines.map(({ party, bothKinds, places }) => ({ party, bothKinds, places }));
}
