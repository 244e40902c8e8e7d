import { describe, expect, test } from "vitest";
import { cellsOf } from "../../lab/model/cell.ts";
import { lowerOf } from "../../lab/model/topology.ts";
import { denseArrangement, isolatedArrangements, pairName, SENDING_TAGS } from "../../lab/topology/arrangement.ts";
import { cablesOfGuests, MOST_GUESTS, plugIn } from "../../lab/topology/cabling.ts";
import { linkCommands } from "../../lab/topology/commands.ts";
import { pairings } from "../../scenarios/pairings.ts";

const CELLS = cellsOf(pairings.cells ?? { placements: [], reflectiveRelay: [], traffic: [], modes: [] });
const GUESTS = Array.from({ length: MOST_GUESTS }, (_, index) => index + 1);

describe.each(GUESTS)("%d guests on one switch", (guests) => {
  const cables = cablesOfGuests(guests);

  test("each has a cable, and there are no more than lower devices", () => {
    expect(new Set(cables.map(({ guest }) => guest)).size).toBe(guests);
    expect(cables).toHaveLength(MOST_GUESTS);
  });

  const arrangements = [denseArrangement(CELLS), ...isolatedArrangements(CELLS, SENDING_TAGS.length)];
  test("every lower device has a cable of its own; the ends of two-lowers are in different guests, if there are two", () => {
    let told = 0;
    for (const { topologies, pairs } of arrangements) {
      const plugged = plugIn(topologies, cables);
      expect(new Set(plugged.values()).size).toBe(plugged.size);
      for (const cell of CELLS.filter(({ placement }) => placement === "two-lowers")) {
        const pair = pairs.get(pairName(cell));
        const topology = topologies[pair?.topology ?? 0];
        if (!pair || !topology) continue;
        const [from, to] = [pair.source, pair.destination].map((node) => {
          const number = plugged.get(lowerOf(topology, node)?.name ?? "");
          return cables[number ?? -1]?.guest;
        });
        expect(from === to).toBe(guests === 1);
        told++;
      }
    }
    expect(told).toBeGreaterThan(CELLS.length / 4);
  });
});

test("what is built in the parts is what is built in one place, but for the cables that are cards", () => {
  const [topology] = denseArrangement(CELLS).topologies;
  if (!topology) throw new Error("no topology");
  const lowers = new Set(topology.lowers.map(({ name }) => name));
  const ports = new Set(topology.lowers.map(({ port }) => port));
  const isHere = (name: string) => lowers.has(name) || topology.endpoints.some((one) => one.name === name);
  const guest = linkCommands(topology, {
    has: isHere,
    card: (name) => (lowers.has(name) ? `card-${name}` : undefined),
  });
  const atSwitch = linkCommands(topology, {
    has: (name) => !isHere(name),
    card: (name) => (ports.has(name) ? `card-${name}` : undefined),
  });
  const added = (lines: readonly string[]) => lines.filter((line) => line.startsWith("link add"));
  const whole = added(linkCommands(topology));
  expect([...added(atSwitch), ...added(guest)].sort()).toEqual(
    whole.filter((line) => ![...lowers].some((lower) => line.startsWith(`link add ${lower} `))).sort(),
  );
  expect(guest.filter((line) => line.includes("card-"))).toHaveLength(lowers.size);
  expect(atSwitch.filter((line) => line.includes("card-"))).toHaveLength(ports.size);
});
