/** Pictures: the same devices as the engine builds, nothing over anything else, and a frame's way where the taps saw it. */
import { describe, expect, test } from "vitest";
import { cellsOf, excludesEachOther, partyName } from "../../lab/model/cell.ts";
import type { CellResult } from "../../lab/model/results.ts";
import type { Node } from "../../lab/model/topology.ts";
import { interfaceOf } from "../../lab/model/topology.ts";
import { denseArrangement, pairName } from "../../lab/topology/arrangement.ts";
import { drawCell, drawTopology } from "../../reports/draw/draw.ts";
import { layOut } from "../../reports/draw/layout.ts";
import { pairTopology } from "../../reports/draw/pair-topology.ts";
import { pictureOf } from "../../reports/draw/picture.ts";
import type { Layout, PlacedBox } from "../../reports/draw/shapes.ts";
import { wayOf } from "../../reports/draw/way.ts";
import { pairings } from "../../scenarios/pairings.ts";

const cells = cellsOf(pairings.cells as NonNullable<typeof pairings.cells>).filter((cell) => !excludesEachOther(cell));
const dense = denseArrangement(cells);
const everything = dense.topologies[0] as (typeof dense.topologies)[0];
const distinct = [...new Map(cells.map((cell) => [pairName(cell), cell])).values()];

type Cell = (typeof cells)[number];

const result = (cell: Cell, path?: NonNullable<CellResult["observed"]["path"]>): CellResult =>
  ({ ...cell, id: "a cell", observed: path ? { path } : {} }) as unknown as CellResult;

const find = (placement: string, source: string, destination: string, traffic = "unicast"): Cell =>
  cells.find(
    (cell) =>
      cell.placement === placement &&
      cell.traffic === traffic &&
      cell.reflectiveRelay &&
      partyName(cell.source) === source &&
      partyName(cell.destination) === destination,
  ) as Cell;

test("a cell's picture has the devices the engine builds for it, by their names, kinds, modes and lists", () => {
  const facts = (node: Node) => {
    if (node.kind !== "endpoint") return [node.kind, interfaceOf(node)];
    const { name, lower, kind, mode } = node.endpoint;
    return [name, lower, kind, mode];
  };
  for (const cell of distinct) {
    const { source, destination } = pairTopology(result(cell));
    const built = dense.pairs.get(pairName(cell));
    expect([facts(source), facts(destination)], pairName(cell)).toEqual([
      facts(built?.source as Node),
      facts(built?.destination as Node),
    ]);
  }
  expect(distinct.length).toBeGreaterThan(200);
});

const overlaps = (a: PlacedBox, b: PlacedBox) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function expectTidy({ boxes, width, height }: Layout): void {
  for (const [index, box] of boxes.entries()) {
    expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, box.id).toBe(true);
    expect(Math.max(...box.lines.map((line) => line.length)), box.id).toBeLessThanOrEqual(box.width - 4);
    expect(box.lines.length, box.id).toBeLessThanOrEqual(box.height - 2);
    for (const other of boxes.slice(index + 1)) expect(overlaps(box, other), `${box.id} and ${other.id}`).toBe(false);
  }
}

describe("nothing lies over anything else, and all text is within its box", () => {
  test.each([40, 80, 100, 150, 400])("everything at once, %i columns", (columns) => {
    for (const places of [undefined, { lowers: "guest under test", switch: "guest of the switch" }])
      expectTidy(layOut(pictureOf(everything, { relay: "off and on", ...(places ? { places } : {}) }), columns));
  });

  test("each pair", () => {
    for (const cell of distinct) expectTidy(layOut(pictureOf(pairTopology(result(cell)).topology), 80));
  });
});

test("lower devices that make it too wide stand below the switch", () => {
  const switchAt = (columns: number) => {
    const { boxes } = layOut(pictureOf(everything), columns);
    const middle = boxes.find(({ role }) => role === "switch") as PlacedBox;
    return boxes.filter(({ role, y }) => role === "lower" && y > middle.y).map(({ id }) => id);
  };
  expect(switchAt(400)).toEqual([]);
  expect(switchAt(100)).toEqual(["low-p1", "low-p3", "low-p2", "low-p4"]);
});

test("a cell in ASCII, with the way of its frame", () => {
  const cell = find("same-lower", "macvlan/vepa", "macvlan/bridge");
  const picture = drawCell(
    result(cell, [
      ["endpoint", "out", 1, 11],
      ["lower", "out", 2, 12],
      ["switchPort", "in", 3, 13],
      ["switchPort", "out", 4, 14],
      ["lower", "in", 5, 15],
      ["destination", "in", 6, 16],
    ]),
    { format: "ascii" },
  );
  expect(picture).toMatchSnapshot();
});

describe("a frame's way", () => {
  const way = (cell: Cell, ...path: NonNullable<CellResult["observed"]["path"]>) => {
    const crossings = wayOf(pairTopology(result(cell)), path).crossings;
    return crossings.map(({ from, to }) => `${from}>${to}`);
  };

  test("ends at the lower device's tap where no port saw it", () => {
    const cell = find("same-lower", "macvlan/bridge", "macvlan/bridge");
    expect(way(cell, ["endpoint", "out", 1, 1], ["lower", "out", 2, 2])).toEqual(["a-mvl-brg1>low-a"]);
    expect(way(cell)).toEqual([]);
  });

  test("leads through the switch to the other lower device, and back by reflective relay as well", () => {
    const cell = find("two-lowers", "macvlan/vepa", "macvlan/bridge", "broadcast");
    const seen = way(
      cell,
      ["lower", "out", 2, 2],
      ["switchPort", "in", 3, 3],
      ["destinationSwitchPort", "out", 4, 4],
      ["switchPort", "out", 5, 5],
      ["destinationLower", "in", 6, 6],
      ["lower", "in", 7, 7],
      ["destination", "in", 8, 8],
    );
    expect(seen).toEqual([
      "a-mvl-vep1>low-a",
      "low-a>swp-a",
      "swp-a>swp-b",
      "swp-a>swp-a",
      "swp-b>low-b",
      "swp-a>low-a",
      "low-b>b-mvl-brg1",
    ]);
  });

  test("begins and ends at hosts", () => {
    const down = find("external-to-endpoint", "external-host", "macvtap/passthru");
    const seen = way(
      down,
      ["endpoint", "out", 1, 1],
      ["externalPort", "in", 2, 2],
      ["destinationSwitchPort", "out", 3, 3],
      ["destinationLower", "in", 4, 4],
      ["destination", "in", 5, 5],
    );
    expect(seen).toEqual(["ext>swp-ext", "swp-ext>swp-p2", "swp-p2>low-p2", "low-p2>p2-mvt-pas1"]);
    const up = find("endpoint-to-external", "macvlan/vepa", "external-host");
    const out = way(up, ["switchPort", "in", 2, 2], ["externalPort", "out", 3, 3], ["destination", "in", 4, 4]);
    expect(out).toEqual(["a-mvl-vep1>low-a", "low-a>swp-a", "swp-a>swp-ext", "swp-ext>ext"]);
    const host = find("lower-host-to-endpoint", "lower-host", "macvlan/bridge");
    expect(way(host, ["lower", "out", 1, 1])).toEqual(["host of low-a>low-a"]);
  });

  test("every crossing of an SVG is drawn as an arrow", () => {
    const cell = find("same-lower", "macvlan/vepa", "macvlan/vepa");
    const path: NonNullable<CellResult["observed"]["path"]> = [
      ["endpoint", "out", 1, 1],
      ["switchPort", "in", 2, 2],
      ["switchPort", "out", 3, 3],
      ["lower", "in", 4, 4],
      ["destination", "in", 5, 5],
    ];
    const svg = drawCell(result(cell, path), { format: "svg" });
    expect(svg.match(/class="way"/g)).toHaveLength(5);
    expect(svg.match(/class="step"/g)).toHaveLength(5);
  });
});

test("a name is text in an SVG, whatever is in it", () => {
  const svg = drawTopology(everything, { format: "svg", title: '<script>"&' });
  expect(svg).toContain("<title>&lt;script&gt;&quot;&amp;</title>");
  expect(svg).not.toContain("<script");
});
