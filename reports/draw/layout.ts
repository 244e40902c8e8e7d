/**
 * A picture laid out on a grid of characters: what is drawn is the same for a terminal and for an SVG. Text decides the
 * size of every box, so none overlaps. Lower devices stand above the switch, hosts below; lower devices that make the
 * picture too wide stand below as well.
 */
import { type Block, blockOf } from "./block.ts";
import type { Picture, PictureGroup } from "./picture.ts";
import type { Frame, Layout } from "./shapes.ts";

const GAP = 3;
const SWITCH_HEIGHT = 3;
/** So that the switch's name, at its left, is out of the way of its ports. */
const LEAST_WIDTH = 48;
const PORT_HEIGHT = 4;
/** Rows between a device and its port: more where the borders of two machines lie between them. */
const CABLE = 2;
const CABLE_BETWEEN_MACHINES = 5;
/** Around a machine's boxes. */
const MARGIN = 2;
/** Between lower devices of two machines: a margin of each, and a gap. */
const GAP_BETWEEN_MACHINES = 2 * MARGIN + 3;

/** @param columns the width to stay within where that is possible. */
export function layOut(picture: Picture, columns: number): Layout {
  const margin = picture.switchPlace === undefined ? 0 : MARGIN;
  const rows = divide(picture, columns - 2 * margin);
  const widest = Math.max(widthOf(rows.up), widthOf(rows.down), LEAST_WIDTH);
  const width = widest + 2 * margin;
  const switchTop = margin + highest(rows.up);
  const switchBox = { ...picture.switch, x: margin, y: switchTop, width: widest, height: SWITCH_HEIGHT };
  const bottom = switchTop + SWITCH_HEIGHT;
  const placed = [
    ...spread(rows.up, width, (block) => switchTop - block.height),
    ...spread(rows.down, width, () => bottom),
  ];
  const height = bottom + highest(rows.down) + margin;
  return {
    width,
    height,
    boxes: [switchBox, ...placed.flatMap(({ boxes }) => boxes)],
    edges: placed.flatMap(({ edges }) => edges),
    frames: [...framesOf(picture, placed, { width, height, switchTop }), ...placed.flatMap(({ frames }) => frames)],
    notes: picture.notes,
  };
}

interface Rows {
  readonly up: readonly Spaced[];
  readonly down: readonly Block[];
}

/** Members of a device that stand side by side at most, where there is room. */
const SIDE_BY_SIDE = [3, 1];

/** The roomiest way that stays within the columns, or else the narrowest. */
function divide(picture: Picture, columns: number): Rows {
  const ways = SIDE_BY_SIDE.map((sideBySide) => divideBy(picture, columns, sideBySide));
  return ways.find(({ up, down }) => Math.max(widthOf(up), widthOf(down)) <= columns) ?? (ways.at(-1) as Rows);
}

/** Machines are told apart by their side of the switch, so with several of them no lower device changes it. */
function divideBy({ lowers, hosts, switchPlace }: Picture, columns: number, sideBySide: number): Rows {
  const severalMachines = switchPlace !== undefined;
  const up = (groups: readonly PictureGroup[]) =>
    groups.map((group) => blockOf(group, "up", severalMachines ? CABLE_BETWEEN_MACHINES : CABLE, sideBySide));
  let above = lowers.length;
  while (!severalMachines && above > 1 && widthOf(up(lowers.slice(0, above))) > columns) above -= 1;
  return {
    up: apart(up(lowers.slice(0, above)), lowers),
    down: [...lowers.slice(above), ...hosts].map((group) => blockOf(group, "down", CABLE, sideBySide)),
  };
}

/** Blocks of another machine than the one before stand off from it. */
function apart(blocks: readonly Block[], groups: readonly PictureGroup[]): Spaced[] {
  return blocks.map((block, index) => {
    const [own, before] = [groups[index]?.place, groups[index - 1]?.place];
    return { ...block, gap: index === 0 || own === before ? GAP : GAP_BETWEEN_MACHINES };
  });
}

interface Spaced extends Block {
  /** To the one before. */
  readonly gap?: number;
}

function widthOf(blocks: readonly Spaced[]): number {
  const gaps = blocks.slice(1).reduce((sum, { gap = GAP }) => sum + gap, 0);
  return blocks.reduce((sum, { width }) => sum + width, 0) + gaps;
}

function highest(blocks: readonly Block[]): number {
  return Math.max(0, ...blocks.map(({ height }) => height));
}

/** Blocks side by side, in the middle of the width. */
function spread(blocks: readonly Spaced[], width: number, top: (block: Block) => number): Block[] {
  let x = Math.floor((width - widthOf(blocks)) / 2);
  return blocks.map((block, index) => {
    if (index > 0) x += block.gap ?? GAP;
    const moved = move(block, x, top(block));
    x += block.width;
    return moved;
  });
}

function move(block: Block, dx: number, dy: number): Block {
  return {
    ...block,
    boxes: block.boxes.map((box) => ({ ...box, x: box.x + dx, y: box.y + dy })),
    edges: block.edges.map((edge) => ({ ...edge, points: edge.points.map(([x, y]) => [x + dx, y + dy] as const) })),
    frames: block.frames.map((frame) => ({ ...frame, x: frame.x + dx, y: frame.y + dy })),
  };
}

interface Extent {
  readonly width: number;
  readonly height: number;
  readonly switchTop: number;
}

/** One around the lower devices of each machine, one around the switch with its ports and hosts. */
function framesOf(
  { lowers, switchPlace }: Picture,
  placed: readonly Block[],
  { width, height, switchTop }: Extent,
): Frame[] {
  if (switchPlace === undefined) return [];
  const portsTop = switchTop - PORT_HEIGHT - 1;
  const machines = [...new Set(lowers.map(({ place }) => place ?? ""))];
  const around = machines.map((label): Frame => {
    const own = lowers.flatMap(({ place = "" }, index) => (place === label ? (placed[index]?.boxes ?? []) : []));
    const [left, right] = [Math.min(...own.map(({ x }) => x)), Math.max(...own.map((box) => box.x + box.width))];
    const alone = machines.length === 1;
    const [x, wide] = alone ? [0, width] : [left - MARGIN, right - left + 2 * MARGIN];
    return { label, labelAt: "top", x, y: 0, width: wide, height: portsTop - 1 };
  });
  const ofSwitch = {
    label: switchPlace,
    labelAt: "bottom",
    x: 0,
    y: portsTop,
    width,
    height: height - portsTop,
  } as const;
  return [...around, ofSwitch];
}
