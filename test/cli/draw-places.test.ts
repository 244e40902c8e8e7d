/** Pictures of lower devices of every kind, of guests and of sites: what the engine's own data has, and nothing over anything. */
import { expect, test } from "vitest";
import { drawingOf } from "../../lab/cli/draw/drawing.ts";
import { cellsOf, cellsOn } from "../../lab/model/cell.ts";
import type { Scenario } from "../../lab/model/scenario.ts";
import { LOWER_KINDS, type LowerKind } from "../../lab/model/vocabulary.ts";
import { denseArrangement } from "../../lab/topology/arrangement.ts";
import { lowerKit } from "../../lab/topology/lower-kinds.ts";
import { drawTopology } from "../../reports/draw/draw.ts";
import { layOut } from "../../reports/draw/layout.ts";
import { pictureOf } from "../../reports/draw/picture.ts";
import type { PlacedBox } from "../../reports/draw/shapes.ts";
import { SCENARIOS } from "../../scenarios/index.ts";

const scenario = (name: string) => SCENARIOS.find((one) => one.name === name) as Scenario;
const pairings = scenario("pairings");

function expectTidy({ topology, options }: ReturnType<typeof drawingOf>): void {
  for (const columns of [80, 150, 400]) {
    const { boxes, frames, width, height } = layOut(pictureOf(topology, options), columns);
    const overlaps = (a: PlacedBox, b: PlacedBox) =>
      a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
    for (const [index, box] of boxes.entries()) {
      expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, box.id).toBe(true);
      expect(Math.max(...box.lines.map((line) => line.length)), box.id).toBeLessThanOrEqual(box.width - 4);
      for (const other of boxes.slice(index + 1)) expect(overlaps(box, other), `${box.id} and ${other.id}`).toBe(false);
    }
    for (const frame of frames) {
      expect(frame.x >= 0 && frame.y >= 0 && frame.x + frame.width <= width, frame.label).toBe(true);
      expect(frame.label.length, frame.label).toBeLessThanOrEqual(frame.width - 4);
      const cut = boxes.filter((box) => overlaps(box, frame as unknown as PlacedBox) && !isWithin(box, frame));
      expect(
        cut.map(({ id }) => id),
        frame.label,
      ).toEqual([]);
    }
  }
}

function isWithin(box: PlacedBox, frame: { x: number; y: number; width: number; height: number }): boolean {
  const right = box.x + box.width <= frame.x + frame.width;
  return box.x >= frame.x && box.y >= frame.y && right && box.y + box.height <= frame.y + frame.height;
}

test.each(LOWER_KINDS)("a lower device that is a %s has every device its commands make", (lower: LowerKind) => {
  const drawing = drawingOf(pairings, /relay-on unicast macvlan\/vepa>macvlan\/bridge$/, { lower });
  expectTidy(drawing);
  const text = drawTopology(drawing.topology, { ...drawing.options, format: "ascii" });
  const cells = cellsOn(lower, cellsOf(pairings.cells as NonNullable<Scenario["cells"]>));
  const [topology] = denseArrangement(cells).topologies;
  const { before, links } = lowerKit(topology as NonNullable<typeof topology>, drawing.topology.lowers[0] as never, 0);
  const made = [...before, ...links].join("\n").matchAll(/\b(?:low|und\d?|sw[pq])-[a-z0-9]+/g);
  for (const [name] of made) expect(text).toContain(name);
});

test("guests under test have the lower devices their cables lead to, each guest framed", () => {
  for (const hypervisors of [1, 2, 6]) {
    const drawing = drawingOf(pairings, undefined, { hypervisors, switchKernel: "debian:sid" });
    expectTidy(drawing);
    const { frames } = layOut(pictureOf(drawing.topology, drawing.options), 150);
    expect(frames).toHaveLength(hypervisors + 1);
  }
});

test("network cards stand in the frames of their guests", () => {
  const cells = drawingOf(scenario("guest-nics"), undefined);
  expectTidy(cells);
  const labels = layOut(pictureOf(cells.topology, cells.options), 150).frames.map(({ label }) => label);
  expect(new Set(labels)).toEqual(new Set(['guest "senders"', 'guest "siblings"', 'guest "others"']));
  for (const { id } of scenario("guest-nics").checks ?? [])
    expectTidy(drawingOf(scenario("guest-nics"), new RegExp(`${id}$`)));
  const inside = drawingOf(scenario("guest-nics"), /card-macvlan-vepa$/);
  expect(drawTopology(inside.topology, { ...inside.options, format: "ascii" })).toMatch(/below c0nst, macvlan/);
});

test("a site has its namespaces, its endpoints and its addresses", () => {
  for (const { id } of scenario("gateways").checks ?? [])
    expectTidy(drawingOf(scenario("gateways"), new RegExp(`${id}$`)));
  const { topology, options } = drawingOf(scenario("gateways"), /gateway-bridge-macvtap-vepa-nat-relay-on$/);
  const text = drawTopology(topology, { ...options, format: "ascii" });
  for (const part of ["namespace mv-s1host", "namespace mv-tvep", "macvtap vepa", "198.19.1.254/24", "masquerades"])
    expect(text).toContain(part);
});
