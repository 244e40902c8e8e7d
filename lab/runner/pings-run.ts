/** Checks that ping: an answer is an answer; silence counts where the request was seen leaving and a fence arriving. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Evidence } from "../model/results.ts";
import { interfaceOf, type Node } from "../model/topology.ts";
import type { CheckWorld } from "../topology/check-world.ts";
import type { Stage } from "../topology/stage.ts";
import { nodeAt } from "../traffic/check-plan.ts";
import { type PlayedPings, planPings, playPings } from "../traffic/ping.ts";
import { type CapturedPings, writePingCapture } from "../traffic/ping-capture.ts";
import { type PlannedPing, pingDevices } from "../traffic/planned-ping.ts";
import type { LookOptions } from "./look-options.ts";
import type { Seen } from "./seen.ts";

/** By world number. */
export async function runPings(
  stage: Stage,
  worlds: readonly CheckWorld[],
  nonce: number,
  options: LookOptions,
): Promise<Map<number, Seen>> {
  const pings = planPings(worlds);
  if (pings.length === 0) return new Map();
  const started = performance.now();
  const { answered, late, recording, clockError } = await playPings(stage, pings, nonce);
  if (clockError !== undefined) options.clocksOff?.(clockError);
  options.seconds.add("traffic", (performance.now() - started) / 1000);
  const capture = writePingCapture(recording, pingDevices(pings), nonce, options.application);
  writeFileSync(join(options.directory, options.capture), capture.bytes);
  return new Map(
    pings.map((ping) => [ping.world.number, judgeable(ping, { answered, late }, capture, options.capture)]),
  );
}

function judgeable(
  ping: PlannedPing,
  { answered, late }: Pick<PlayedPings, "answered" | "late">,
  capture: CapturedPings,
  path: string,
): Seen {
  const from = interfaceOf(nodeAt(ping.world, ping.from) as Node);
  const to = interfaceOf(nodeAt(ping.world, ping.to) as Node);
  const at = (name: string, fence: number): Evidence => ({
    capture: path,
    interface: name,
    frames: [...(capture.frames.get(name) ?? [])],
    control: capture.fences.get(`${name} ${fence}`) ?? [],
  });
  const evidence = [at(from, ping.fences.from), at(to, ping.fences.to)];
  const reached = answered.get(ping.world.number);
  if (reached) return { value: "reached", evidence };
  const value = "not reached";
  if (reached === undefined) return { value, evidence, doubt: "ping itself did not end" };
  if (late.has(ping.world.number))
    return { value, evidence, doubt: "an answer came when the ping had given up: a guest stood still" };
  if (capture.drops > 0) return { value, evidence, doubt: `the capture dropped ${capture.drops} frames` };
  if (!capture.sent.has(from)) return { value, evidence, doubt: `nothing was seen leaving "${from}"` };
  const unfenced = evidence.find(({ control }) => control.length === 0);
  if (unfenced) return { value, evidence, doubt: `no fence was seen at "${unfenced.interface}"` };
  return { value, evidence };
}
