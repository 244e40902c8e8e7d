/**
 * A frame's way over an SVG: an arrow beside each cable it crossed, to the right of the way it went, and at each tap point
 * that saw it the number of the step.
 */
import type { Edge, Layout, PlacedBox } from "./shapes.ts";
import { SCALE } from "./svg-scale.ts";
import { place } from "./svg-text.ts";
import type { Crossing, Way } from "./way.ts";

type Point = readonly [x: number, y: number];

const BESIDE = 5;
const RADIUS = 8;
const HEAD = 5;
/** Of the switch's border. */
const [INSIDE, OUTSIDE] = [8, 6];

export function routes(layout: Layout, { steps, crossings }: Way): string[] {
  const arrows = crossings.flatMap((crossing) => {
    const points = lineOf(layout, crossing);
    return points ? [arrow(points)] : [];
  });
  const badges = layout.boxes.flatMap((box) =>
    steps
      .filter(({ at }) => at === box.id)
      .reverse()
      .map(({ number }, index) => badge(box, number, index)),
  );
  return [...arrows, ...badges];
}

/** In pixels, in the direction of travel. */
function lineOf(layout: Layout, { from, to }: Crossing): Point[] | undefined {
  const forth = layout.edges.find((edge) => edge.from === from && edge.to === to);
  const back = layout.edges.find((edge) => edge.from === to && edge.to === from);
  if (forth) return beside(pixels(forth));
  if (back) return beside(pixels(back).reverse());
  return throughSwitch(layout, from, to);
}

function pixels({ points }: Edge): Point[] {
  return points.map(([x, y]) => [(x + 0.5) * SCALE.x, (y + 0.5) * SCALE.y] as const);
}

/** Each stretch is moved to its right; a corner by both its stretches. */
function beside(points: readonly Point[]): Point[] {
  const right = (a: Point, b: Point): Point => [-Math.sign(b[1] - a[1]) * BESIDE, Math.sign(b[0] - a[0]) * BESIDE];
  return points.map((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    const shifts = [before && right(before, point), after && right(point, after)].filter((one) => one !== undefined);
    return shifts.reduce<Point>(([x, y], [dx, dy]) => [x + dx, y + dy], point);
  });
}

/** Into the switch at one port and out of it at another, or at the same; its name is below that. */
function throughSwitch({ boxes }: Layout, from: string, to: string): Point[] | undefined {
  const [a, b] = [from, to].map((id) => boxes.find((box) => box.id === id));
  const middle = boxes.find(({ role }) => role === "switch");
  if (!a || !b || !middle) return undefined;
  const isAbove = (port: PlacedBox) => port.y < middle.y;
  const border = (port: PlacedBox) => (isAbove(port) ? middle.y : middle.y + middle.height) * SCALE.y;
  const side = (port: PlacedBox) => (isAbove(port) ? 1 : -1);
  const x = (port: PlacedBox, shift: number) => (port.x + Math.floor(port.width / 2) + 0.5) * SCALE.x + shift;
  const turn = border(a) + side(a) * INSIDE;
  const [startX, endX] = [x(a, -side(a) * BESIDE), x(b, side(b) * BESIDE)];
  return [
    [startX, border(a) - side(a) * OUTSIDE],
    [startX, turn],
    [endX, turn],
    [endX, border(b) - side(b) * OUTSIDE],
  ];
}

function arrow(points: readonly Point[]): string {
  const [before, end] = [points.at(-2), points.at(-1)] as [Point, Point];
  const [dx, dy] = [Math.sign(end[0] - before[0]), Math.sign(end[1] - before[1])];
  const tip: Point = end;
  const base: Point = [end[0] - dx * 2 * HEAD, end[1] - dy * 2 * HEAD];
  const head = [tip, [base[0] - dy * HEAD, base[1] + dx * HEAD], [base[0] + dy * HEAD, base[1] - dx * HEAD]] as Point[];
  const line = [...points.slice(0, -1), base];
  return `<polyline class="way" points="${text(line)}"/><polygon class="head" points="${text(head)}"/>`;
}

function text(points: readonly Point[]): string {
  return points.map(([x, y]) => `${place(x)},${place(y)}`).join(" ");
}

/** On a box's upper right border, one beside the other. */
function badge({ x, y, width }: PlacedBox, number: number, index: number): string {
  const [cx, cy] = [(x + width) * SCALE.x - 4 - index * (2 * RADIUS + 2), y * SCALE.y + 3];
  return `<g class="step"><circle cx="${place(cx)}" cy="${place(cy)}" r="${RADIUS}"/><text x="${place(cx)}" y="${place(cy + 4)}">${number}</text></g>`;
}
