import { describe, expect, test } from "vitest";
import type { Scene } from "../../lab/model/frames-look.ts";
import { type CheckWorld, checkWorlds } from "../../lab/topology/check-world.ts";
import { changeCommand, sceneFacts, sceneForwarding, sceneLines } from "../../lab/topology/scene.ts";
import { downEndpoints } from "../../lab/topology/scene-script.ts";
import { framesLook } from "../../lab/traffic/frames-plan.ts";
import { add, up } from "../../scenarios/basics/steps.ts";
import { LEDGER_TRAFFIC } from "../../scenarios/ledger/traffic.ts";

const STEPS = [add("first", { kind: "macvtap", mode: "source" }), ...up("first")];

function sceneOf(scene: Scene) {
  const look = { look: "frames", scene, send: [] } as const;
  const [world] = checkWorlds([{ id: "x", text: "x", steps: STEPS, look }]) as [CheckWorld];
  return { world, look, lines: sceneLines(world, look) };
}

describe("sceneLines", () => {
  test("turns STP on and says so of nothing else", () => {
    const lines = sceneOf({ stp: true }).lines.map(({ line }) => line);
    expect(lines.filter((line) => line.includes("stp_state"))).toEqual(["link set c0sw type bridge stp_state 1"]);
  });

  test("only the endpoint's becoming a port may be refused, only a VLAN device may be unknown", () => {
    const { lines } = sceneOf({ bridgeOver: "first", vlanOver: "lower", promiscuous: ["first"] });
    const by = (why: string) => lines.filter(({ mayFail }) => mayFail === why).map(({ line }) => line);
    expect(by("refused")).toEqual(["link set c0first master c0br"]);
    expect(by("missing")).toEqual(["link add link c0low name c0vlan type vlan id 7", "link set c0vlan up"]);
  });

  test("the bridge has its port's address, the host behind it one the switch is told", () => {
    const { world, look, lines } = sceneOf({ bridgeOver: "first" });
    const { behind, bridge, foreign } = sceneFacts(world, look);
    expect(lines.map(({ line }) => line)).toContain(`link set c0br address ${world.topology.endpoints[0]?.address}`);
    expect(bridge.address).toBe(world.topology.endpoints[0]?.address);
    expect(sceneForwarding(world, look)).toEqual(
      [foreign, behind.address].map((address) => `fdb add ${address} dev c0swp master static`),
    );
  });

  test("addresses of one world are nobody else's in it", () => {
    for (const { world, look } of checkWorlds(LEDGER_TRAFFIC)
      .filter(({ check }) => check.look.look === "frames")
      .map((one) => ({ world: one, look: framesLook(one) }))) {
      const { behind, foreign, unknown } = sceneFacts(world, look);
      const { lower, topology, unlistedFence, spareAddresses } = world;
      const given = topology.endpoints.map(({ address }) => address).filter((address) => address !== lower.address);
      const all = [behind.address, foreign, unknown, lower.address, topology.external.address, unlistedFence];
      const every = [...all, topology.fenceSource, ...spareAddresses, ...given];
      expect(new Set(every).size, world.check.id).toBe(every.length);
    }
  });
});

describe("changes", () => {
  test.each([
    [{ change: "list", device: "first", by: "flush" }, "ip link set c0first type macvtap macaddr flush"],
    [{ change: "down", device: "lower" }, "ip link set c0low down"],
    [{ change: "up", device: "first" }, "ip link set c0first up"],
  ] as const)("%o", (change, line) => {
    expect(changeCommand(sceneOf({}).world, change)).toBe(line);
  });

  test("an endpoint that is moved is down until it is brought up", () => {
    const { world, look } = sceneOf({});
    const moved = { change: "move", device: "first" } as const;
    const downAfter = (...then: (typeof moved | { change: "up"; device: "first" })[]) => [
      ...downEndpoints({ world, look: { ...look, then } }, "again"),
    ];
    expect(downAfter(moved)).toEqual(["c0first"]);
    expect(downAfter(moved, { change: "up", device: "first" })).toEqual([]);
    expect([...downEndpoints({ world, look }, "send")]).toEqual([]);
  });
});
