import { describe, expect, test } from "vitest";
import type { Sent } from "../../lab/model/frames-look.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { countingTap } from "../../lab/model/sighting.ts";
import { addressOf, interfaceOf, onlyGroupFrames } from "../../lab/model/topology.ts";
import { type CheckWorld, checkWorlds, endpointAt } from "../../lab/topology/check-world.ts";
import { sceneFacts } from "../../lab/topology/scene.ts";
import { downEndpoints } from "../../lab/topology/scene-script.ts";
import { framesLook, isCounted, placeAt, planFrames } from "../../lab/traffic/frames-plan.ts";
import { planInterfaces } from "../../lab/traffic/plan-lines.ts";
import { playScript } from "../../lab/traffic/play-script.ts";
import { LEDGER_TRAFFIC } from "../../scenarios/ledger/traffic.ts";

/** Those whose endpoints no kernel refuses. */
const CHECKS = LEDGER_TRAFFIC.filter(({ look }) => look.look === "frames");
const WORLDS = checkWorlds(CHECKS).map((world) => ({ world, look: framesLook(world) }));
const of = (round: "send" | "again") =>
  WORLDS.filter(({ look }) => look[round]).map((one) => ({ ...one, down: downEndpoints(one, round) }));
const ROUNDS = (["send", "again"] as const).map((round) => ({
  round,
  worlds: of(round),
  ...planFrames(of(round), round, 7),
}));

const sentBy = (world: CheckWorld, round: "send" | "again"): readonly Sent[] => framesLook(world)[round] ?? [];

describe.each(ROUNDS)("the round $round", ({ round, worlds, plan, probes }) => {
  const frames = new Map(plan.frames.map((frame) => [frame.id, frame]));
  const fencesOf = (index: number) => plan.frames.filter(({ fence }) => fence?.topology === index);

  test("sends each frame from whom, to whom and as whom its look says", () => {
    for (const { world, look } of worlds) {
      const { foreign } = sceneFacts(world, look);
      const mine = probes.get(world.number) ?? [];
      expect(mine.map(({ sent }) => sent)).toEqual(sentBy(world, round));
      for (const { sent, from, frames: ids } of mine) {
        expect(ids).toHaveLength(sent.many?.frames ?? 1);
        for (const id of ids) {
          const frame = frames.get(id);
          expect(frame?.source).toBe(sent.as ? foreign : addressOf(from));
          if (sent.to === "everybody") expect(frame?.destination).toBe("ff:ff:ff:ff:ff:ff");
          if (sent.to === "foreign") expect(frame?.destination).toBe(foreign);
          expect(frame?.tagged).toBe(sent.tagged);
          expect(frame?.fence).toBeUndefined();
        }
      }
    }
  });

  test("has ids of their own for all, and an interface for every sender", () => {
    expect(frames.size).toBe(plan.frames.length);
    const names = new Set(planInterfaces(plan));
    for (const { from } of plan.frames) expect(names).toContain(interfaceOf(from));
  });

  test("fences every place copies are counted at", () => {
    for (const [index, { world }] of worlds.entries())
      for (const { sent } of probes.get(world.number) ?? [])
        for (const watch of sent.at.filter(isCounted)) {
          const tap = countingTap(placeAt(world, watch));
          const fences = fencesOf(index);
          const own = fences.some(({ fence }) => fence?.to && countingTap(fence.to).interface === tap.interface);
          const flooded = fences.some(({ fence }) => fence?.kind === "broadcast");
          const flows = fences.filter(({ flow }) => flow !== undefined).length;
          expect(own || flooded || flows > 1, `${world.check.id} ${watch}`).toBe(true);
        }
  });

  test("sends no fence of unicast to a lower host that gets none", () => {
    for (const [index, { world }] of worlds.entries()) {
      const host = { kind: "lower-host", lower: world.lower } as const;
      const unicast = fencesOf(index).filter(
        ({ fence }) => fence?.kind === "unicast" && fence.to?.kind === "lower-host",
      );
      expect(unicast.length, world.check.id).toBe(onlyGroupFrames(world.topology, host) ? 0 : 1);
    }
  });

  test("leaves reflective relay as it was built", () => {
    expect(playScript(plan, "pipe").filter((line) => line.includes("hairpin"))).toEqual([]);
  });
});

function planOf(check: Pick<CheckSpec, "steps" | "look">) {
  const [world] = checkWorlds([{ id: "x", text: "x", ...check }]) as [CheckWorld];
  const one = { world, look: framesLook(world) };
  return { world, ...planFrames([{ ...one, down: downEndpoints(one, "send") }], "send", 1) };
}

const macvtap = { do: "add", endpoint: "first", request: { kind: "macvtap", mode: "vepa" } } as const;
const up = { do: "up", device: "first" } as const;
const send = [{ from: "external", to: "first", at: ["first"] }] as const;

test("a second opener is another interface of the agent's, and nobody's of the kernel's", () => {
  const { plan } = planOf({ steps: [macvtap, up], look: { look: "frames", scene: { openedTwice: true }, send } });
  const lines = playScript(plan, "pipe").filter((line) => line.startsWith("if "));
  expect(lines.filter((line) => line.includes("c0first"))).toEqual(["if 0 c0first tap", "if 6 c0first again"]);
});

test("a macvtap nobody reads is sent from and counted like any interface", () => {
  const { plan, world } = planOf({
    steps: [macvtap, up],
    look: { look: "frames", scene: { unread: ["first"] }, send },
  });
  expect(playScript(plan, "pipe")).toContain("if 0 c0first packet");
  const counted = { interface: "c0first", tap: "tap" };
  expect(countingTap(placeAt(world, "first"))).toEqual(counted);
  const fences = plan.frames.flatMap(({ fence }) => (fence?.to?.kind === "endpoint" ? [countingTap(fence.to)] : []));
  expect(fences).toEqual(fences.map(() => counted));
});

test("an endpoint that is down is woken for its fence under another address", () => {
  const { plan, world } = planOf({ steps: [macvtap], look: { look: "frames", send } });
  const [address, state] = plan.interlude ?? [];
  expect([address?.startsWith("link set c0first address 02:"), state]).toEqual([true, "link set c0first up"]);
  expect(address).not.toContain(endpointAt(world, "first")?.address as string);
  expect(plan.frames.find(({ fence }) => fence?.to?.kind === "endpoint")?.destination).toBe(address?.split(" ").at(-1));
});
