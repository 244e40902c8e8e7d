/** The two ends of a cell, what is between them, and the steps of a frame on its way. */
import type { CellResult } from "../../lab/model/results.ts";
import type { TapPoint } from "../../lab/model/vocabulary.ts";
import { endText } from "../cell-sentence.ts";

type Cell = Pick<CellResult, "placement" | "source" | "destination" | "reflectiveRelay" | "observed" | "traffic">;
type Point = readonly [x: number, y: number];

interface Box {
  readonly text: string;
  readonly at: Point;
  readonly width: number;
  readonly kind: "end" | "lower" | "port" | "switch";
}

/** Rows, from the ends down to the switch. */
const Y = { end: 24, lower: 92, port: 160, switch: 214 } as const;
const LEFT = 110;
const RIGHT = 350;
const HALF = 15;

export function Picture({ cell }: { readonly cell: Cell }) {
  const boxes = boxesOf(cell);
  const steps = stepsOf(cell);
  return (
    <svg class="picture" viewBox="0 0 460 240" role="img" aria-label={labelOf(cell)}>
      <defs>
        <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0 8 4 0 8z" class="head" />
        </marker>
      </defs>
      {cablesOf(cell).map(([from, to]) => (
        <line class="cable" x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} />
      ))}
      {boxes.map(({ text, at: [x, y], width, kind }) => (
        <g>
          <rect class={`box ${kind}`} x={x - width / 2} y={y - HALF} width={width} height={2 * HALF} rx="5" />
          <text class={kind} x={kind === "end" ? x : x - width / 2 + 9} y={y + 4}>
            {text}
          </text>
        </g>
      ))}
      {causesOf(cell.observed.path ?? []).map((from, to) =>
        from === undefined ? null : (
          <path class="way" d={arc(steps[from] as Point, steps[to] as Point)} marker-end="url(#head)" />
        ),
      )}
      {steps.map(([x, y], place) => (
        <g>
          <circle class="stop" cx={x} cy={y} r="8.5" />
          <text class="stop-number" x={x} y={y + 3.5}>
            {place + 1}
          </text>
        </g>
      ))}
    </svg>
  );
}

function labelOf({ observed: { path = [] }, ...cell }: Cell): string {
  const way = path.map(([tap, direction]) => `${tap} ${direction}`).join(", ");
  return `${endText(cell.source)} and ${endText(cell.destination)}; the frame's way: ${way || "not recorded"}`;
}

const isOneLower = ({ placement }: Cell) => /^same-lower|lower-host/.test(placement);

function boxesOf(cell: Cell): Box[] {
  const { source, destination, placement, reflectiveRelay } = cell;
  const port = `port, relay ${reflectiveRelay ? "on" : "off"}`;
  const end = (party: Cell["source"], x: number): Box => ({
    text: endText(party),
    at: [x, Y.end],
    width: 190,
    kind: "end",
  });
  const ends = [end(source, LEFT), end(destination, RIGHT)];
  const lower = (x: number, text = "lower device", width = 150): Box => ({
    text,
    at: [x, Y.lower],
    width,
    kind: "lower",
  });
  const at = (x: number, text = port, width = 150): Box => ({ text, at: [x, Y.port], width, kind: "port" });
  const bridge: Box = { text: "external switch", at: [230, Y.switch], width: 390, kind: "switch" };
  if (isOneLower(cell)) return [...ends, lower(230, "lower device", 390), at(230, port, 240), bridge];
  if (placement === "endpoint-to-external") return [...ends, lower(LEFT), at(LEFT), at(RIGHT, "port"), bridge];
  if (placement === "external-to-endpoint") return [...ends, lower(RIGHT), at(LEFT, "port"), at(RIGHT), bridge];
  return [...ends, lower(LEFT), lower(RIGHT), at(LEFT), at(RIGHT), bridge];
}

function cablesOf(cell: Cell): [Point, Point][] {
  const line = (x: number, from: number, to: number): [Point, Point] => [
    [x, from + HALF],
    [x, to - HALF],
  ];
  const down = (x: number) => line(x, Y.end, Y.port);
  if (isOneLower(cell)) return [line(LEFT, Y.end, Y.lower), line(RIGHT, Y.end, Y.lower), line(230, Y.lower, Y.switch)];
  return [down(LEFT), down(RIGHT), line(LEFT, Y.port, Y.switch), line(RIGHT, Y.port, Y.switch)];
}

type Path = NonNullable<Cell["observed"]["path"]>;

/** What a frame at a tap can come from, the likeliest first. */
const CAUSES: Readonly<Record<string, readonly string[]>> = {
  "lower out": ["endpoint out"],
  "switchPort in": ["lower out", "endpoint out"],
  "externalPort in": ["endpoint out"],
  "switchPort out": ["switchPort in", "externalPort in"],
  "destinationSwitchPort out": ["switchPort in", "externalPort in"],
  "externalPort out": ["switchPort in"],
  "lower in": ["switchPort out"],
  "destinationLower in": ["destinationSwitchPort out", "switchPort out"],
  "destination in": ["destinationLower in", "lower in", "externalPort out", "endpoint out"],
  "endpoint in": ["destinationLower in", "lower in", "externalPort out"],
};

/** By sighting, the earlier one it came from: copies of one frame go several ways. */
function causesOf(path: Path): (number | undefined)[] {
  const names = path.map(([tap, direction]) => `${tap} ${direction}`);
  return names.map((name, place) => {
    if (place === 0) return undefined;
    const earlier = (CAUSES[name] ?? []).map((cause) => names.lastIndexOf(cause, place - 1));
    return earlier.find((cause) => cause >= 0) ?? place - 1;
  });
}

/** Towards the switch. */
const isDown = (tap: TapPoint, direction: string) =>
  /switchPort/i.test(tap) ? direction === "in" : direction === "out";

/** Beside the labels. */
const ASIDE = 50;

/** Where each sighting is drawn: on a shared lower device, what goes down left of what comes up. */
function stepsOf(cell: Cell): Point[] {
  const { path = [] } = cell.observed;
  const one = isOneLower(cell);
  const fromOutside = cell.placement === "external-to-endpoint";
  const x = (tap: TapPoint, direction: string): number => {
    if (tap === "endpoint") return LEFT + ASIDE;
    if (tap === "destination") return RIGHT + ASIDE;
    if (one && tap !== "externalPort") return isDown(tap, direction) ? 240 : 310;
    if (tap === "externalPort") return (fromOutside ? LEFT : RIGHT) + ASIDE;
    return (/^destination/.test(tap) || fromOutside ? RIGHT : LEFT) + ASIDE;
  };
  const used = new Map<string, number>();
  return path.map(([tap, direction]): Point => {
    const own: Point = [x(tap, direction), rowOf(tap)];
    const times = used.get(own.join()) ?? 0;
    used.set(own.join(), times + 1);
    return [own[0] + times * 20, own[1] + EDGE[rowName(tap)]];
  });
}

type Row = keyof typeof Y;
const EDGE: Readonly<Record<Row, number>> = { end: HALF + 4, lower: 0, port: 0, switch: 0 };

function rowName(tap: TapPoint): Row {
  if (tap === "endpoint" || tap === "destination") return "end";
  return /ower$/.test(tap) ? "lower" : "port";
}

const rowOf = (tap: TapPoint) => Y[rowName(tap)];

/** A bend, so that ways there and back lie apart. */
function arc([x1, y1]: Point, [x2, y2]: Point): string {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = Math.hypot(dx, dy) || 1;
  const cut = 10 / length;
  const from = [x1 + dx * cut, y1 + dy * cut];
  const to = [x2 - dx * cut, y2 - dy * cut];
  const bend = 0.12;
  const middle = [(x1 + x2) / 2 - dy * bend, (y1 + y2) / 2 + dx * bend];
  return `M${from.map(Math.round)} Q${middle.map(Math.round)} ${to.map(Math.round)}`;
}
