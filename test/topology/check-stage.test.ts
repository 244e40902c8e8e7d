import { describe, expect, test } from "vitest";
import type { Executor } from "../../lab/base/executor.ts";
import { CHECK_CABLES, cablesOfGuests, plugIn } from "../../lab/topology/cabling.ts";
import { standingWorlds } from "../../lab/topology/check-stage.ts";
import { type CheckWorld, checkWorlds } from "../../lab/topology/check-world.ts";
import { sceneFacts } from "../../lab/topology/scene.ts";
import type { Stage } from "../../lab/topology/stage.ts";
import { framesLook } from "../../lab/traffic/frames-plan.ts";
import { basics } from "../../scenarios/basics.ts";
import { ledger } from "../../scenarios/ledger.ts";

const place = (name: string) => ({ place: name }) as Executor;
const WORLDS = checkWorlds([...(basics.checks ?? []), ...(ledger.checks ?? [])]);

/** As a place of two guests has it: who is on a cable is in the first, all else in the second. */
function cabled(topologies: readonly CheckWorld["topology"][]): Stage {
  const plugged = plugIn(topologies, cablesOfGuests(1, CHECK_CABLES));
  const ports = new Set(topologies.flatMap(({ lowers }) => lowers.map(({ port }) => port)));
  const itself = (is: boolean, name: string) => (is ? name : undefined);
  return {
    parts: [
      {
        executor: place("tested"),
        has: (name) => plugged.has(name),
        card: (name) => itself(plugged.has(name), name),
      },
      {
        executor: place("switch"),
        has: (name) => !plugged.has(name),
        card: (name) => itself(ports.has(name), name),
      },
    ],
  };
}

const alone = (): Stage => ({ parts: [{ executor: place("one"), has: () => true, card: () => undefined }] });

/** Everything a world may have, scene included, but for its switch. */
function devicesAtLower(world: CheckWorld): string[] {
  const own = [world.lower.name, ...world.topology.endpoints.map(({ name }) => name)];
  if (world.check.look.look !== "frames") return own;
  const { behind, bridge, vlan, nested } = sceneFacts(world, framesLook(world));
  return [...own, behind.name, behind.port, bridge.name, vlan.name, nested.name];
}

describe("worlds of checks", () => {
  test("stand all at once in one place", () => {
    const [standing, ...more] = standingWorlds(WORLDS, alone);
    expect(more).toEqual([]);
    expect(standing?.worlds).toHaveLength(WORLDS.length);
  });

  test("stand in turns where there are cables: each once, no more at a time than cables, what needs none first", () => {
    const turns = standingWorlds(WORLDS, cabled);
    const numbers = turns.flatMap(({ worlds }) => worlds).map(({ number }) => number);
    expect(numbers.sort((a, b) => a - b)).toEqual(WORLDS.map(({ number }) => number));
    const [first, ...others] = turns;
    expect(first?.worlds.some(({ hasSwitch }) => hasSwitch)).toBe(false);
    expect(first?.stage.parts.map(({ executor }) => executor.place)).toEqual(["tested"]);
    expect(others.length).toBeGreaterThan(8);
    for (const { worlds } of others) {
      expect(worlds.every(({ hasSwitch }) => hasSwitch)).toBe(true);
      expect(worlds.length).toBeLessThanOrEqual(CHECK_CABLES);
    }
  });

  test("the switch, its ports and the external host are in one part, all else in the other, scenes included", () => {
    const turns = standingWorlds(WORLDS, cabled).filter(({ stage }) => stage.parts.length > 1);
    for (const { worlds, stage } of turns) {
      const owner = (name: string) => stage.parts.filter(({ has }) => has(name)).map(({ executor }) => executor.place);
      for (const world of worlds) {
        const { external, switch: bridge } = world.topology;
        for (const name of [bridge, world.lower.port, external.name, external.port])
          expect(owner(name), name).toEqual(["switch"]);
        for (const name of devicesAtLower(world)) expect(owner(name), name).toEqual(["tested"]);
        expect(stage.parts.map(({ card }) => [card(world.lower.name), card(world.lower.port)])).toEqual([
          [world.lower.name, undefined],
          [undefined, world.lower.port],
        ]);
      }
    }
  });
});
