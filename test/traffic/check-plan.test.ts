import { describe, expect, test } from "vitest";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { addressOf, type Endpoint, interfaceOf, lowerOf } from "../../lab/model/topology.ts";
import { type CheckWorld, checkWorlds, deviceName } from "../../lab/topology/check-world.ts";
import { nodeAt, planChecks } from "../../lab/traffic/check-plan.ts";
import type { PlannedFrame } from "../../lab/traffic/planned-frame.ts";
import { add, up } from "../../scenarios/basics/steps.ts";
import { basics } from "../../scenarios/basics.ts";

const WORLDS = checkWorlds(basics.checks ?? []).filter(({ check }) => check.look.look === "copies");
const { plan, probes } = planChecks(WORLDS, 7);
const FRAMES = new Map(plan.frames.map((frame) => [frame.id, frame]));
const fencesOf = (world: CheckWorld): PlannedFrame[] =>
  plan.frames.filter(({ fence }) => fence?.topology === WORLDS.indexOf(world));

/** Whether unicast from outside reaches an endpoint once the interlude is done, by what the kernel promises. */
function isReachable(world: CheckWorld, endpoint: Endpoint, { source, destination }: PlannedFrame): boolean {
  const lines = (plan.interlude ?? []).filter((line) => line.split(" ").includes(endpoint.name));
  const upBefore = world.check.steps.some(
    (step) => step.do === "up" && deviceName(world, step.device) === endpoint.name,
  );
  const isUp = upBefore || lines.includes(`link set ${endpoint.name} up`);
  const set = lines.map((line) => / address (\S+)$/.exec(line)?.[1]).find((address) => address !== undefined);
  const listed = endpoint.mode !== "source" || lines.some((line) => line.endsWith(`macaddr add ${source}`));
  return isUp && destination === (set ?? endpoint.address) && listed;
}

describe("planChecks", () => {
  test("sends each check's one frame from and to where its look says", () => {
    expect(probes.map(({ world }) => world)).toEqual(WORLDS);
    for (const { world, frame, from } of probes) {
      const { look } = world.check;
      if (look.look !== "copies") throw new Error(world.check.id);
      const probe = FRAMES.get(frame);
      expect(from).toEqual(nodeAt(world, look.from));
      expect(probe?.from).toEqual(from);
      expect(probe?.source, world.check.id).toBe(addressOf(from));
      expect(probe?.destination, world.check.id).toBe(addressOf(nodeAt(world, look.to) as never));
      expect(probe?.fence).toBeUndefined();
      expect(probe?.reflectiveRelay).toBe(world.check.reflectiveRelay ?? false);
    }
  });

  test("gives every frame an id of its own", () => {
    expect(FRAMES.size).toBe(plan.frames.length);
  });

  test("counts where the look says, endpoints that are made only", () => {
    for (const { world, at } of probes) {
      const { look } = world.check;
      const made = new Set(world.check.steps.flatMap((step) => (step.do === "add" ? [step.endpoint] : [])));
      const wanted = (look.look === "copies" ? look.at : []).filter((name) => name === "lower-host" || made.has(name));
      expect([...at.keys()], world.check.id).toEqual(wanted);
    }
  });

  test("fences every place copies are counted at, with a frame that is bound to arrive", () => {
    for (const { world, at } of probes) {
      const fences = fencesOf(world);
      for (const [name, node] of at) {
        const mine = fences.filter(({ fence }) => fence?.to && interfaceOf(fence.to) === interfaceOf(node));
        expect(mine.length, `${world.check.id} ${name}`).toBeGreaterThan(0);
        if (node.kind !== "endpoint") continue;
        for (const fence of mine)
          expect(isReachable(world, node.endpoint, fence), `${world.check.id} ${name}`).toBe(true);
      }
    }
  });

  test("fences the lower host beside passthru by a group, elsewhere by unicast", () => {
    for (const world of WORLDS) {
      const taken = world.topology.endpoints.some(({ mode }) => mode === "passthru");
      const mine = fencesOf(world).filter(({ fence }) => fence?.to?.kind === "lower-host");
      expect(
        mine.map(({ fence }) => fence?.kind),
        world.check.id,
      ).toEqual([taken ? "broadcast" : "unicast"]);
    }
  });

  test("fences come from an address that is on no other endpoint's list, so that nodst keeps none back", () => {
    for (const world of WORLDS)
      for (const { source, fence } of fencesOf(world)) {
        const to = fence?.to;
        if (!to || to.kind === "external-host") continue;
        const isSource = to.kind === "endpoint" && to.endpoint.mode === "source";
        for (const { sources = [] } of world.topology.endpoints) expect(sources).not.toContain(source);
        if (!isSource) expect(source).not.toBe(world.topology.fenceSource);
      }
  });

  test("wakes endpoints under addresses nobody has, but passthru, which has its lower device's", () => {
    const mode = (name: "bridge" | "passthru") => planChecks(checkWorlds([downCheck(name)]), 1).plan.interlude ?? [];
    expect(mode("bridge")).toEqual([expect.stringMatching(/^link set c0first address 02:/), "link set c0first up"]);
    expect(mode("passthru")).toEqual(["link set c0first up"]);
  });

  test("leaves the world of a check alone that needs nothing", () => {
    const check: CheckSpec = { ...downCheck("bridge"), steps: [add("first", { mode: "bridge" }), ...up("first")] };
    expect(planChecks(checkWorlds([check]), 1).plan.interlude).toEqual([]);
  });
});

function downCheck(mode: "bridge" | "passthru"): CheckSpec {
  const look = { look: "copies", from: "external", to: "first", at: ["first", "lower-host"] } as const;
  return { id: "down", text: "down", steps: [add("first", { mode })], look };
}

test("nodeAt finds hosts and endpoints, and none that is not made", () => {
  const [world] = checkWorlds([downCheck("bridge")]) as [CheckWorld];
  expect(nodeAt(world, "lower-host")).toEqual({ kind: "lower-host", lower: world.lower });
  expect(nodeAt(world, "external")).toEqual({ kind: "external-host", external: world.topology.external });
  expect(nodeAt(world, "second")).toBeUndefined();
  const first = nodeAt(world, "first");
  expect(first && lowerOf(world.topology, first)).toEqual(world.lower);
});
