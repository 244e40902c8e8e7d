import { expect, test } from "vitest";
import type { Executor } from "../../lab/base/executor.ts";
import { checkWorlds } from "../../lab/topology/check-world.ts";
import type { Part } from "../../lab/topology/stage.ts";
import { probeFrame, tagBytes } from "../../lab/traffic/frame.ts";
import { planFrames } from "../../lab/traffic/frames-plan.ts";
import { CROSSINGS, playWithInterlude } from "../../lab/traffic/joint-interlude.ts";
import { behindFrames, crossingSignals } from "../../lab/traffic/signals.ts";
import { add, up } from "../../scenarios/basics/steps.ts";
import { encodeRecording } from "./agent-recording.ts";

const NONCE = 7;
const [world] = checkWorlds([
  {
    id: "x",
    text: "x",
    steps: [add("first", { mode: "bridge" }), add("second", { mode: "source", sources: ["external"] }), ...up("first")],
    look: {
      look: "frames",
      send: [
        { from: "first", to: "external", at: ["external"] },
        { from: "external", to: "first", at: ["first"] },
      ],
    },
  },
]);
if (world?.check.look.look !== "frames") throw new Error("not a world of frames");
const { plan } = planFrames([{ world, look: world.check.look, down: new Set(["c0second"]) }], "send", NONCE);
const atSwitch = new Set([world.topology.switch, world.lower.port, world.topology.external.name, "c0swp-ext"]);

/** What both agents were told, a line each, in the order it came to them. */
async function told(): Promise<string[]> {
  const log: string[] = [];
  const part = (name: "tested" | "switch"): Part => {
    const run: Executor["run"] = async (script, options) => {
      if (!options?.stdin) log.push(`${name}: ${script}`);
      else
        for await (const piece of options.stdin as AsyncIterable<Uint8Array>) {
          const lines = Buffer.from(piece).toString().trim().split("\n");
          log.push(...lines.map((line) => `${name}: ${line}`));
          options.onOutput?.("stderr", Buffer.from(`${lines.at(-1)?.replace("say ", "")}\n`));
        }
      return { status: 0, stdout: encodeRecording([]), stderr: "" };
    };
    const executor = { place: name, agent: "/bin/agent", workDirectory: "/run", run } as Partial<Executor> as Executor;
    return { executor, has: (device) => atSwitch.has(device) === (name === "switch"), card: () => undefined };
  };
  const parts = [part("tested"), part("switch")];
  await playWithInterlude(parts, plan, crossingSignals(behindFrames(plan), parts, CROSSINGS), 1);
  return log;
}

const frameOf = (id: number) => {
  const frame = plan.frames.find((one) => one.id === id);
  return frame && probeFrame(frame, NONCE, id, frame.text).toString("hex");
};
const probes = plan.frames.filter(({ fence }) => !fence).map(({ id }) => id);
const fences = plan.frames.filter(({ fence }) => fence).map(({ id }) => id);

test("probes are sent, then what the interlude changes is changed, then fences are sent, each where its sender is", async () => {
  const log = await told();
  const at = (id: number) => log.findIndex((line) => line.includes(`send`) && line.endsWith(frameOf(id) as string));
  const change = log.findIndex((line) => line.startsWith("tested: ip -force -batch"));
  expect(log[change]).toContain("link set c0second up");
  expect(change).toBeGreaterThan(0);
  for (const id of probes) expect(at(id)).toBeLessThan(change);
  for (const id of fences) expect(at(id)).toBeGreaterThan(change);
  expect(probes.map((id) => log[at(id)]?.split(":")[0])).toEqual(["tested", "switch"]);
});

test("whatever is bound to arrive is expected before it is sent, and the external host's probes wait for everybody's", async () => {
  const log = await told();
  const tags = new Map(
    log.flatMap((line, place) => {
      const [, tag] = /: expect \d+ \d ([0-9a-f]+)$/.exec(line) ?? [];
      return tag ? [[tag, place] as const] : [];
    }),
  );
  for (const id of fences) {
    const tag = tagBytes(NONCE, id).toString("hex");
    expect(tags.get(tag)).toBeLessThan(log.findIndex((line) => line.includes("send") && line.includes(tag)));
  }
  const signals = crossingSignals(behindFrames(plan), [{ has: (name) => atSwitch.has(name) }], CROSSINGS);
  for (const { tag, moment } of signals) {
    const hex = tag.toString("hex");
    expect(tags.get(hex), moment).toBeLessThan(log.findIndex((line) => line.includes("send") && line.includes(hex)));
  }
  const [up] = signals.filter(({ moment, round }) => moment === "sent" && round === 1);
  const sentUp = log.findIndex(
    (line) => line.startsWith("tested: send") && line.endsWith(up?.frame.toString("hex") ?? ""),
  );
  const external = log.findIndex(
    (line) => line.startsWith("switch: send") && line.endsWith(frameOf(probes[1] ?? 0) ?? ""),
  );
  expect(sentUp).toBeGreaterThan(0);
  const waited = log.slice(sentUp, external).some((line) => line.startsWith("switch: wait 0"));
  expect(waited).toBe(true);
});
