/** Checks of whole IP stacks: one site for all of them, built, talked in, judged by what was seen of each. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { siteOf } from "../topology/site.ts";
import { arrangeStacks, type StacksCheck } from "../topology/site-arranged.ts";
import { buildSite } from "../topology/site-build.ts";
import { siteStage } from "../topology/site-stage.ts";
import { playSiteOn } from "../traffic/joint-sites.ts";
import { planSite } from "../traffic/site-plan.ts";
import { readSite } from "../traffic/site-records.ts";
import type { Ground } from "./cell-batch.ts";
import type { CellsOptions } from "./cells-run.ts";
import type { Seen } from "./seen.ts";
import { seenOf } from "./stacks-seen.ts";

/** By check's id, what was seen. */
export async function runStacks(
  { stage: stageFor, clocksOff }: Ground,
  checks: readonly StacksCheck[],
  options: CellsOptions & { readonly capture: string },
): Promise<Map<string, Seen>> {
  if (checks.length === 0) return new Map();
  const arranged = arrangeStacks(checks);
  const plan = planSite(siteOf(arranged.parts), arranged.turns, randomBytes(4).readUInt32BE());
  const stage = siteStage(stageFor, plan.site);
  await using live = await buildSite(stage, plan.site);
  options.seconds.add("topology", live.seconds);
  const { recording, clockError } = await options.seconds.during("traffic", () => playSiteOn(stage, plan));
  if (clockError !== undefined) clocksOff?.(Math.ceil(clockError / 1000));
  const read = options.seconds.timed("decode", () => readSite(plan, recording, options.application));
  writeFileSync(join(options.directory, options.capture), read.bytes);
  const seen = { plan, read, capture: options.capture, refused: live.refused };
  return new Map(checks.map((check) => [check.id, seenOf(check, seen)]));
}
