/** Matrices on a terminal: each a block of lines, the blocks side by side as far as the terminal is wide. */
import type { Chapter, Section } from "./chapters.ts";
import { toneOf } from "./glyph.ts";
import type { KernelNames } from "./kernel-names.ts";
import { stateText } from "./legend.ts";
import type { Grid, Line } from "./matrix.ts";
import { columnName, isHost, rowName } from "./party.ts";
import { type Page, pad, visibleLength, wrap } from "./terminal-text.ts";
import { trafficList } from "./traffic-text.ts";

/** A title, wrapped to the matrix's width when it is laid out, over the matrix. */
interface Tile {
  readonly title: readonly string[];
  readonly body: readonly string[];
  readonly width: number;
}

const GAP = 3;
/** A column is at least this wide, so that matrices line up; one more character parts it from the next. */
const CELL = 4;
const NARROWEST_TITLE = 30;

export function chapterLines(page: Page, chapter: Chapter, kernels: KernelNames): string[] {
  const rows: Tile[][] = [];
  for (const section of chapter.sections) placeTiles(rows, sectionTiles(page, chapter, section, kernels), page.columns);
  return rows.flatMap((row) => [...joinTiles(row), ""]).slice(0, -1);
}

/** A section's tiles stay together: on the current row if all fit, else from a new row on. */
function placeTiles(rows: Tile[][], tiles: readonly Tile[], columns: number): void {
  const widthOf = (row: readonly Tile[]) => row.reduce((sum, tile) => sum + tile.width + GAP, -GAP);
  const current = rows.at(-1);
  if (current && widthOf([...current, ...tiles]) <= columns) {
    current.push(...tiles);
    return;
  }
  rows.push([]);
  for (const tile of tiles) {
    const row = rows.at(-1) ?? [];
    if (row.length === 0 || widthOf([...row, tile]) <= columns) row.push(tile);
    else rows.push([tile]);
  }
}

function joinTiles(tiles: readonly Tile[]): string[] {
  const height = Math.max(...tiles.map((tile) => tile.title.length));
  const columns = tiles.map(({ title, body }) => [
    ...title,
    ...new Array<string>(height - title.length).fill(""),
    ...body,
  ]);
  const longest = Math.max(...columns.map((lines) => lines.length));
  const line = (index: number) =>
    tiles
      .map((tile, place) => pad(columns[place]?.[index] ?? "", tile.width + GAP))
      .join("")
      .trimEnd();
  return Array.from({ length: longest }, (_, index) => line(index));
}

function sectionTiles(page: Page, chapter: Chapter, section: Section, kernels: KernelNames): Tile[] {
  return section.blocks.flatMap((block) =>
    block.variants.flatMap((variant) => {
      const title = [trafficList(section.traffic), stateText(chapter, block, variant, kernels)];
      return splitToFit(variant.grid, page.columns).map((grid) => makeTile(page, title, grid));
    }),
  );
}

function makeTile(page: Page, [traffic = "", state = ""]: readonly string[], grid: Grid): Tile {
  const body = gridLines(page, grid);
  const width = Math.max(NARROWEST_TITLE, ...body.map(visibleLength));
  const [first = "", ...rest] = wrap(`${traffic}, ${state}`, width);
  const title = [page.paint("strong", first.slice(0, traffic.length)) + first.slice(traffic.length), ...rest];
  return { title, body, width };
}

function gridLines(page: Page, grid: Grid): string[] {
  const label = labelWidth(grid);
  const widths = columnWidths(grid);
  const heads = grid.columns.map((column, place) => columnName(column.party).padEnd(widths[place] ?? CELL));
  const kinds = grid.columns.map((column, place) => kindHead(column).padEnd(widths[place] ?? CELL));
  const row = (cells: readonly string[]) => joinCells(grid, cells);
  const head = [kinds, heads].filter((line) => line.some((text) => text.trim() !== ""));
  return [
    ...head.map((line) => page.paint("faint", (" ".repeat(label) + row(line)).trimEnd())),
    ...grid.rows.map((line, place) => {
      const cells = (grid.glyphs[place] ?? []).map((glyph, column) => paintGlyph(page, glyph, widths[column] ?? CELL));
      return rowName(line.party, line.bothKinds).padEnd(label) + row(cells);
    }),
  ];
}

function paintGlyph(page: Page, glyph: string, width: number): string {
  return page.paint(toneOf(glyph), glyph) + " ".repeat(width - glyph.length);
}

/** A bar parts the endpoints from the hosts. */
function joinCells({ columns }: Grid, cells: readonly string[]): string {
  const firstHost = columns.findIndex((column) => isHost(column.party));
  return cells.map((cell, place) => (place === firstHost && place > 0 ? `| ${cell}` : cell)).join(" ");
}

function kindHead({ party, bothKinds }: Line): string {
  return bothKinds || isHost(party) ? "" : party.kind.replace("mac", "");
}

function labelWidth({ rows }: Grid): number {
  return Math.max(8, ...rows.map((line) => rowName(line.party, line.bothKinds).length)) + 1;
}

function columnWidths({ columns, glyphs }: Grid): number[] {
  const longest = (place: number) => Math.max(...glyphs.map((row) => row[place]?.length ?? 0));
  return columns.map((column, place) => Math.max(CELL, columnName(column.party).length, longest(place)));
}

/** A matrix wider than the terminal goes on below, with the columns that are left. */
function splitToFit(grid: Grid, columns: number): Grid[] {
  const fits = fittingColumns(grid, columns - labelWidth(grid));
  if (fits === grid.columns.length) return [grid];
  const part = (from: number, to?: number): Grid => ({
    rows: grid.rows,
    columns: grid.columns.slice(from, to),
    glyphs: grid.glyphs.map((row) => row.slice(from, to)),
  });
  return [part(0, fits), ...splitToFit(part(fits), columns)];
}

/** How many columns fit into `room`, one at least. */
function fittingColumns(grid: Grid, room: number): number {
  const text = grid.columns.map((_, place) => "x".repeat(columnWidths(grid)[place] ?? CELL));
  let fits = text.length;
  while (fits > 1 && joinCells(grid, text.slice(0, fits)).length > room) fits--;
  return fits;
}
