/** A laid-out picture in ASCII: for terminals, and for the head of a script. */
import type { Edge, Frame, Layout, PlacedBox } from "./shapes.ts";
import type { Crossing, Way } from "./way.ts";

/** No line ends in a blank; no newline at the end. */
export function renderAscii(layout: Layout, way?: Way): string {
  const grid = Array.from({ length: layout.height }, () => new Array<string>(layout.width).fill(" "));
  const pen = penFor(grid);
  for (const frame of layout.frames) drawFrame(pen, frame);
  for (const edge of layout.edges) drawEdge(pen, edge);
  for (const box of layout.boxes) drawBox(pen, box, stepsAt(way, box.id));
  for (const edge of layout.edges) drawArrows(pen, edge, way?.crossings ?? []);
  return grid.map((row) => row.join("").trimEnd()).join("\n");
}

type Pen = (x: number, y: number, text: string) => void;

function penFor(grid: string[][]): Pen {
  return (x, y, text) => {
    const row = grid[y];
    if (row)
      for (const [index, character] of [...text].entries()) if (x + index < row.length) row[x + index] = character;
  };
}

function stepsAt(way: Way | undefined, id: string): string {
  return (way?.steps ?? [])
    .filter(({ at }) => at === id)
    .map(({ number }) => `#${number}`)
    .join(" ");
}

function drawBox(pen: Pen, { x, y, width, height, lines, role, end }: PlacedBox, steps: string): void {
  const horizontal = role === "switch" ? "=" : "-";
  const border = `+${horizontal.repeat(width - 2)}+`;
  pen(x, y, border);
  for (let row = 1; row < height - 1; row += 1) pen(x, y + row, `|${" ".repeat(width - 2)}|`);
  pen(x, y + height - 1, border);
  for (const [index, line] of lines.entries())
    pen(x + 2 + (role === "switch" ? 0 : centred(line, width)), y + 1 + index, line);
  if (end) pen(x + 1, y, end === "source" ? "from" : "to");
  if (steps !== "") pen(x + width - 1 - steps.length, y, steps);
}

function centred(line: string, width: number): number {
  return Math.floor((width - 4 - line.length) / 2);
}

function drawFrame(pen: Pen, { x, y, width, height, label, labelAt }: Frame): void {
  for (const row of [y, y + height - 1])
    pen(x, row, `.${". ".repeat(Math.floor((width - 2) / 2))}`.slice(0, width - 1).concat("."));
  for (let row = y + 1; row < y + height - 1; row += 1) {
    pen(x, row, ":");
    pen(x + width - 1, row, ":");
  }
  pen(x + 2, labelAt === "top" ? y : y + height - 1, ` ${label} `);
}

function drawEdge(pen: Pen, { points, severed }: Edge): void {
  for (const [index, [x, y]] of points.entries()) {
    const [nextX, nextY] = points[index + 1] ?? [x, y];
    for (let row = Math.min(y, nextY); row <= Math.max(y, nextY); row += 1)
      if (y !== nextY) pen(x, row, severed ? ":" : "|");
    if (x !== nextX) pen(Math.min(x, nextX), y, "-".repeat(Math.abs(nextX - x) + 1));
  }
  for (const [x, y] of points.slice(1, -1)) pen(x, y, "+");
}

/** Beside the last stretch of the cable: `v` and `^`, by the way the frame went. */
function drawArrows(pen: Pen, { from, to, points }: Edge, crossings: readonly Crossing[]): void {
  const [[x, y], [, endY]] = [points.at(-2), points.at(-1)] as [[number, number], [number, number]];
  const row = points.length > 2 ? y : endY + (y < endY ? -1 : 1);
  const goes = (a: string, b: string) => crossings.some((one) => one.from === a && one.to === b);
  const down = y < endY ? "v" : "^";
  const up = down === "v" ? "^" : "v";
  if (goes(from, to)) pen(x - 1, row, down);
  if (goes(to, from)) pen(x + 1, row, up);
}
