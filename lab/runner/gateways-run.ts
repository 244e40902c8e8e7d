/** Checks of whole IP stacks: one site for all of them, built, talked in, judged by what was seen of each. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Executor } from "../base/executor.ts";
import type { CheckSpec } from "../model/scenario.ts";
import type { StacksSetUp } from "../model/stacks-look.ts";
import { siteOf } from "../topology/site.ts";
import { buildSite } from "../topology/site-build.ts";
import { arrangeHostMacvlans } from "../topology/site-host-macvlan.ts";
import type { Arranged } from "../topology/site-talk.ts";
import { planSite } from "../traffic/site-plan.ts";
import { playSite } from "../traffic/sites.ts";
import type { CellsOptions } from "./cells-run.ts";
import type { Seen } from "./seen.ts";
import { seenTalks } from "./stacks-seen.ts";

export type StacksCheck = CheckSpec & { readonly setUp: StacksSetUp };

/** The checks that take a site. */
export function stacksChecks(checks: readonly CheckSpec[]): StacksCheck[] {
  return checks.flatMap((check) => (check.look.look === "stacks" ? [{ ...check, setUp: check.look.setUp }] : []));
}

/** By check's id, what was seen. */
export async function runStacks(
  executor: Executor,
  checks: readonly StacksCheck[],
  options: CellsOptions & { readonly capture: string },
): Promise<Map<string, Seen>> {
  if (checks.length === 0) return new Map();
  const arranged = arrange(checks);
  const plan = planSite(siteOf(arranged.parts), arranged.turns, randomBytes(4).readUInt32BE());
  await using live = await buildSite(executor, plan.site);
  options.seconds.add("topology", live.seconds);
  const read = await options.seconds.during("traffic", () => playSite(executor, plan, options.application));
  writeFileSync(join(options.directory, options.capture), read.bytes);
  return new Map(checks.map((check) => [check.id, seenTalks(check, plan, read, options.capture)]));
}

function arrange(checks: readonly StacksCheck[]): Arranged {
  const parts = [];
  const turns = [];
  const hosts = arrangeHostMacvlans(checks.flatMap(asHostMacvlan), 1);
  parts.push(...hosts.parts);
  turns.push(...hosts.turns);
  return { parts, turns };
}

function asHostMacvlan(check: StacksCheck) {
  const { setUp } = check;
  return setUp.what === "host-macvlan" ? [{ ...check, setUp }] : [];
}
