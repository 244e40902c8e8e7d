/**
 * One device on the switch with all that hangs off it, laid out by itself: members in rows and columns farthest from
 * the switch, then the device, its cables, and the ports, which sit on the switch.
 */

import type { PictureBox, PictureGroup } from "./picture.ts";
import type { Edge, Frame, PlacedBox } from "./shapes.ts";

/** Of the switch. */
type Side = "up" | "down";

export interface Block {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly edges: readonly Edge[];
  readonly frames: readonly Frame[];
}

/** So many to a column. */
const STACKED = 11;
const GAP = 2;
/** Columns between a stack's trunk and its boxes. */
const STUB = 3;

/** @param sideBySide so many members stand side by side; more are stacked. */
export function blockOf(group: PictureGroup, side: Side, cable: number, sideBySide: number): Block {
  const members = membersOf(group.members, group.members.length <= sideBySide);
  const columns = cableColumns(group);
  const least = Math.max(members.width, columns.width);
  const device = centred(sized(group.device), least, members.width > 0 ? members.width : undefined);
  const width = Math.max(least, device.width);
  const deviceTop = members.height + (members.height > 0 ? 1 : 0);
  const placedDevice = { ...device, y: deviceTop };
  const own = move(members, Math.floor((width - members.width) / 2), 0);
  const below = deviceTop + device.height;
  const betweenTop = columns.between.length > 0 ? below + 1 : below;
  const portTop = betweenTop + columns.betweenHeight + cable;
  const left = Math.floor((width - columns.width) / 2);
  const between = shift(columns.between, left, betweenTop);
  const ports = shift(columns.ports, left, portTop);
  const toPorts = ports.map((port, index) => straight(between[index] ?? placedDevice, port, centre(port)));
  const toBetween = between.map((box) => ({ ...straight(placedDevice, box, centre(box)), ...severedBy(group) }));
  const block = {
    width,
    height: portTop + columns.portHeight,
    boxes: [...own.boxes, placedDevice, ...between, ...ports],
    frames: own.frames,
    edges: [
      ...own.boxes.map((box) => (members.stacked.has(box.id) ? trunk(box, placedDevice) : straight(box, placedDevice))),
      ...toBetween,
      ...toPorts,
    ],
  };
  return side === "up" ? block : mirrored(block);
}

const severedBy = ({ severed }: PictureGroup) => (severed ? { severed } : {});

/** Each port below the device that leads to it, both of one width. */
function cableColumns({ between, ports }: PictureGroup) {
  const [one, two] = [between.map(sized), ports.map(sized)];
  let x = 0;
  const columns = two.map((port, index) => {
    const width = Math.max(port.width, one[index]?.width ?? 0);
    const at = { x, width };
    x += width + GAP;
    return at;
  });
  const heightOfAll = (boxes: readonly PlacedBox[]) => Math.max(0, ...boxes.map(({ height }) => height));
  const [betweenHeight, portHeight] = [heightOfAll(one), heightOfAll(two)];
  return {
    width: Math.max(0, x - GAP),
    betweenHeight,
    portHeight,
    between: one.map((box, index) => ({ ...box, ...columns[index], height: betweenHeight })),
    ports: two.map((box, index) => ({ ...box, ...columns[index], height: portHeight })),
  };
}

interface Members {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly frames: readonly Frame[];
  /** Ids of those that hang off a trunk. */
  readonly stacked: ReadonlySet<string>;
}

/** Around what is in a guest or namespace: a row above and below, and so many columns. */
const FRAME = 2;

/** Each place's in a frame of its own, all down to one line. */
function membersOf(boxes: readonly PictureBox[], aRow: boolean): Members {
  const places = [...new Set(boxes.map(({ place }) => place))];
  const runs = places.map((place) => {
    const own = boxes.filter((box) => box.place === place);
    const laid = aRow || own.length === 1 ? inARow(own) : inStacks(own);
    return place === undefined ? laid : framed(laid, place);
  });
  const height = Math.max(0, ...runs.map((run) => run.height));
  let x = 0;
  const moved = runs.map((run) => {
    const at = move(run, x, height - run.height);
    x += run.width + GAP;
    return at;
  });
  return {
    width: Math.max(0, x - GAP),
    height,
    boxes: moved.flatMap((run) => run.boxes),
    frames: moved.flatMap((run) => run.frames),
    stacked: new Set(runs.flatMap((run) => [...run.stacked])),
  };
}

function framed(members: Members, label: string): Members {
  const width = Math.max(members.width + 2 * FRAME, label.length + 6);
  const inner = move(members, Math.floor((width - members.width) / 2), 1);
  const height = members.height + 2;
  return { ...inner, width, height, frames: [{ label, labelAt: "top", x: 0, y: 0, width, height }] };
}

function move<T extends Pick<Members, "boxes" | "frames">>(members: T, dx: number, dy: number): T {
  const frames = members.frames.map((frame) => ({ ...frame, x: frame.x + dx, y: frame.y + dy }));
  return { ...members, boxes: shift(members.boxes, dx, dy), frames };
}

function sized(box: PictureBox): PlacedBox {
  const width = Math.max(...box.lines.map((line) => line.length)) + 4;
  return { ...box, x: 0, y: 0, width, height: box.lines.length + 2 };
}

/** A device is as wide as what hangs off it. */
function centred(box: PlacedBox, least: number, wide: number | undefined): PlacedBox {
  const width = Math.max(box.width, wide ?? 0);
  return { ...box, width, x: Math.max(0, Math.floor((least - width) / 2)) };
}

function inARow(boxes: readonly PictureBox[]): Members {
  const one = boxes.map(sized);
  const height = Math.max(0, ...one.map((box) => box.height));
  let x = 0;
  const placed = one.map((box) => {
    const at = { ...box, x, y: height - box.height };
    x += box.width + GAP;
    return at;
  });
  return { width: Math.max(0, x - GAP), height, boxes: placed, frames: [], stacked: new Set() };
}

function inStacks(boxes: readonly PictureBox[]): Members {
  const columns = Math.ceil(boxes.length / STACKED);
  const rows = Math.ceil(boxes.length / columns);
  const all = boxes.map(sized);
  const width = Math.max(...all.map((box) => box.width));
  const stacks = Array.from({ length: columns }, (_, column) => all.slice(column * rows, (column + 1) * rows));
  const height = Math.max(...stacks.map(heightOf));
  const placed = stacks.flatMap((stack, column) => {
    let y = height - heightOf(stack);
    return stack.map((box) => {
      const at = { ...box, width, x: column * (STUB + width + GAP) + STUB, y };
      y += box.height;
      return at;
    });
  });
  return {
    width: columns * (STUB + width + GAP) - GAP,
    height,
    boxes: placed,
    frames: [],
    stacked: new Set(placed.map(({ id }) => id)),
  };
}

const heightOf = (stack: readonly PlacedBox[]) => stack.reduce((sum, { height }) => sum + height, 0);

function shift(boxes: readonly PlacedBox[], dx: number, dy: number): PlacedBox[] {
  return boxes.map((box) => ({ ...box, x: box.x + dx, y: box.y + dy }));
}

function centre({ x, width }: PlacedBox): number {
  return x + Math.floor(width / 2);
}

/** Down from the border of one to the border of the next. */
function straight(from: PlacedBox, to: PlacedBox, x = centre(from)): Edge {
  return {
    from: from.id,
    to: to.id,
    points: [
      [x, from.y + from.height - 1],
      [x, to.y],
    ],
  };
}

/** From a box's left border to the trunk beside its stack, and down that. */
function trunk(from: PlacedBox, to: PlacedBox): Edge {
  const y = from.y + Math.floor(from.height / 2);
  const x = from.x - STUB + 1;
  return {
    from: from.id,
    to: to.id,
    points: [
      [from.x, y],
      [x, y],
      [x, to.y],
    ],
  };
}

function mirrored({ width, height, boxes, edges, frames }: Block): Block {
  return {
    width,
    height,
    boxes: boxes.map((box) => ({ ...box, y: height - box.y - box.height })),
    edges: edges.map((edge) => ({ ...edge, points: edge.points.map(([x, y]) => [x, height - 1 - y] as const) })),
    frames: frames.map((frame) => ({ ...frame, labelAt: "bottom" as const, y: height - frame.y - frame.height })),
  };
}
