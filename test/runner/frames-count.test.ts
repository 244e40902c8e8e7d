/** Counting single frames, and when their silence means nothing. */
import { describe, expect, test } from "vitest";
import type { Sent } from "../../lab/model/frames-look.ts";
import type { CheckStep } from "../../lab/model/scenario.ts";
import type { FrameRecord, Sighting } from "../../lab/model/sighting.ts";
import { countFrames } from "../../lab/runner/frames-count.ts";
import { type CheckWorld, checkWorlds } from "../../lab/topology/check-world.ts";
import { downEndpoints } from "../../lab/topology/scene-script.ts";
import { framesLook, planFrames } from "../../lab/traffic/frames-plan.ts";
import type { PlannedFrame } from "../../lab/traffic/planned-frame.ts";
import { add, up } from "../../scenarios/basics/steps.ts";

type Seen = (frame: PlannedFrame) => readonly [string, Sighting["tap"], Sighting["packetType"]][];

/** @param seen where each frame of the plan is seen. @param drops by interface. */
function count(sent: Sent, seen: Seen, drops: Record<string, number> = {}, ringDrops = 0, steps = STEPS) {
  const check = { id: "x", text: "x", steps, look: { look: "frames", send: [sent] } as const };
  const [world] = checkWorlds([check]) as [CheckWorld];
  const one = { world, look: framesLook(world) };
  const { plan, probes } = planFrames([{ ...one, down: downEndpoints(one, "send") }], "send", 1);
  const frames = new Map(
    plan.frames.map((frame, index): [number, FrameRecord] => {
      const sightings = seen(frame).map(([name, tap, packetType], at) => {
        return { interface: name, tap, packetType, time: BigInt(index), frame: 100 * frame.id + at };
      });
      return [frame.id, { sendResult: 0, sentAt: 0n, order: index + 1, sightings }];
    }),
  );
  const recording = { records: [], sent: [], texts: [], rings: { tap: [9, ringDrops], host: [9, 0] } } as const;
  const played = { recording, drops: new Map(Object.entries(drops)), seconds: 0 };
  const fences = plan.frames.filter(({ fence }) => fence);
  return countFrames({ world, probes: probes.get(0) ?? [], fences, frames, played, path: "captures/x" })[0];
}

const STEPS: readonly CheckStep[] = [add("first", { mode: "vepa" }), ...up("first")];
const left = ["c0ext", "tap", "outgoing"] as const;
const unicast: Sent = { from: "external", to: "first", at: ["first"] };
const broadcast: Sent = { from: "external", to: "everybody", at: ["first"] };
const atFirst =
  (kind: string): Seen =>
  (frame) =>
    frame.fence ? (frame.fence.kind === kind ? [["c0first", "tap", "host"]] : []) : [[...left]];

describe("countFrames", () => {
  test("counts copies, and shows them beside the fence", () => {
    const counted = count(unicast, (frame) =>
      frame.fence ? [["c0first", "tap", "host"]] : [[...left], ["c0first", "tap", "host"], ["c0first", "tap", "host"]],
    );
    expect(counted?.text).toBe("first=2");
    expect(counted?.doubt).toBeUndefined();
    expect(counted?.evidence[0]).toMatchObject({ interface: "c0first", frames: [101, 102] });
    expect(counted?.evidence[0]?.control?.length).toBeGreaterThan(0);
  });

  test("tells directions apart", () => {
    const sent: Sent = { from: "external", to: "first", at: ["lower:in", "lower:out", "wire", "back"] };
    const counted = count(sent, () => [[...left], ["c0low", "tap", "host"], ["c0swp", "tap", "outgoing"]]);
    expect(counted?.text).toBe("lower:in=1 lower:out=0 wire=0 back=1");
  });

  test("silence with a fence is silence", () => {
    expect(count(unicast, atFirst("unicast"))).toMatchObject({ text: "first=0" });
    expect(count(unicast, atFirst("unicast"))?.doubt).toBeUndefined();
  });

  test("silence without one is a doubt", () => {
    const counted = count(unicast, (frame) => (frame.fence ? [] : [[...left]]));
    expect(counted?.doubt).toBe("no fence was seen at c0first");
  });

  test("a unicast fence says nothing of group frames at an endpoint", () => {
    expect(count(broadcast, atFirst("unicast"))?.doubt).toBe("no fence was seen at c0first");
    expect(count(broadcast, atFirst("broadcast"))?.doubt).toBeUndefined();
  });

  test("but at a source endpoint, whose copies are made at once", () => {
    const steps = [add("first", { mode: "source" }), ...up("first")];
    expect(count(broadcast, atFirst("unicast"), {}, 0, steps)?.doubt).toBeUndefined();
  });

  test("of many frames it is enough that one of those who share them was watched", () => {
    const sent: Sent = { ...unicast, at: ["first", "lower-host"], many: { frames: 3, flows: "each" } };
    const fenced = count(sent, atFirst("unicast"));
    expect(fenced).toMatchObject({ text: "together=0 readers=0" });
    expect(fenced?.doubt).toBeUndefined();
    expect(count(sent, (frame) => (frame.fence ? [] : [[...left]]))?.doubt).toBe("no fence was seen at c0first");
  });

  test("a frame nobody saw leaving, frames the capture or a device dropped are doubts", () => {
    const fenced: Seen = (frame) => (frame.fence ? [["c0first", "tap", "host"]] : []);
    expect(count(unicast, fenced)?.doubt).toBe("a probe was not seen leaving its sender");
    expect(count(unicast, atFirst("unicast"), {}, 3)?.doubt).toBe("the capture dropped 3 frames");
    expect(count(unicast, atFirst("unicast"), { c0low: 2 })?.doubt).toBe('"c0low" dropped 2 frames meanwhile');
  });

  test("unless what the lower device drops is looked at", () => {
    const counted = count({ ...unicast, at: ["first", "dropped"] }, atFirst("unicast"), { c0low: 2 });
    expect(counted).toMatchObject({ text: "first=0 dropped=2" });
    expect(counted?.doubt).toBeUndefined();
  });
});
