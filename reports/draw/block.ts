/**
 * One device on the switch with all that hangs off it, laid out by itself: members in rows and columns farthest from
 * the switch, then the device, its cables, and the ports, which sit on the switch.
 */

import type { PictureBox, PictureGroup } from "./picture.ts";
import type { Edge, PlacedBox } from "./shapes.ts";

/** Of the switch. */
type Side = "up" | "down";

export interface Block {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly edges: readonly Edge[];
}

/** So many to a column. */
const STACKED = 11;
const GAP = 2;
/** Columns between a stack's trunk and its boxes. */
const STUB = 3;

/** @param sideBySide so many members stand side by side; more are stacked. */
export function blockOf(group: PictureGroup, side: Side, cable: number, sideBySide: number): Block {
  const members = group.members.length <= sideBySide ? inARow(group.members) : inStacks(group.members);
  const ports = inARow(group.ports);
  const least = Math.max(members.width, ports.width);
  const device = centred(sized(group.device), least, members.width > 0 ? members.width : undefined);
  const width = Math.max(least, device.width);
  const deviceTop = members.height + (members.height > 0 ? 1 : 0);
  const portTop = deviceTop + device.height + cable;
  const placedDevice = { ...device, y: deviceTop };
  const placedMembers = shift(members.boxes, Math.floor((width - members.width) / 2), 0);
  const placedPorts = shift(ports.boxes, Math.floor((width - ports.width) / 2), portTop);
  const block = {
    width,
    height: portTop + ports.height,
    boxes: [...placedMembers, placedDevice, ...placedPorts],
    edges: [
      ...placedMembers.map((box) => (members.stacked ? trunk(box, placedDevice) : straight(box, placedDevice))),
      ...placedPorts.map((port) => straight(placedDevice, port, centre(port))),
    ],
  };
  return side === "up" ? block : mirrored(block);
}

interface Members {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly stacked: boolean;
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
  return { width: Math.max(0, x - GAP), height, boxes: placed, stacked: false };
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
  return { width: columns * (STUB + width + GAP) - GAP, height, boxes: placed, stacked: true };
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

function mirrored({ width, height, boxes, edges }: Block): Block {
  return {
    width,
    height,
    boxes: boxes.map((box) => ({ ...box, y: height - box.y - box.height })),
    edges: edges.map((edge) => ({ ...edge, points: edge.points.map(([x, y]) => [x, height - 1 - y] as const) })),
  };
}
