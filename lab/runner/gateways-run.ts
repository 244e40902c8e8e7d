/** Checks of whole IP stacks: one site for all of them, built, talked in, judged by what was seen of each. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Executor } from "../base/executor.ts";
import { siteOf } from "../topology/site.ts";
import { arrangeStacks, type StacksCheck } from "../topology/site-arranged.ts";
import { buildSite } from "../topology/site-build.ts";
import { planSite } from "../traffic/site-plan.ts";
import { playSite } from "../traffic/sites.ts";
import type { CellsOptions } from "./cells-run.ts";
import type { Seen } from "./seen.ts";
import { seenOf } from "./stacks-seen.ts";

/** By check's id, what was seen. */
export async function runStacks(
  executor: Executor,
  checks: readonly StacksCheck[],
  options: CellsOptions & { readonly capture: string },
): Promise<Map<string, Seen>> {
  if (checks.length === 0) return new Map();
  const arranged = arrangeStacks(checks);
  const plan = planSite(siteOf(arranged.parts), arranged.turns, randomBytes(4).readUInt32BE());
  await using live = await buildSite(executor, plan.site);
  options.seconds.add("topology", live.seconds);
  const read = await options.seconds.during("traffic", () => playSite(executor, plan, options.application));
  writeFileSync(join(options.directory, options.capture), read.bytes);
  const seen = { plan, read, capture: options.capture, refused: live.refused };
  return new Map(checks.map((check) => [check.id, seenOf(check, seen)]));
}
