/** Checks of whole IP stacks: one site for all of them, built, talked in, judged by what was seen of each. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Executor } from "../base/executor.ts";
import { type SitePart, siteOf } from "../topology/site.ts";
import { buildSite } from "../topology/site-build.ts";
import { arrangeHosts } from "../topology/site-gateway.ts";
import { arrangeOwnQuestions } from "../topology/site-own-question.ts";
import { arrangeSeveralAddresses } from "../topology/site-several-addresses.ts";
import type { Arranged, SiteTurn } from "../topology/site-talk.ts";
import { planSite } from "../traffic/site-plan.ts";
import { playSite } from "../traffic/sites.ts";
import type { CellsOptions } from "./cells-run.ts";
import type { Seen } from "./seen.ts";
import type { StacksCheck } from "./stacks-check.ts";
import { seenOf } from "./stacks-seen.ts";

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
  const seen = { plan, read, capture: options.capture, refused: live.refused };
  return new Map(checks.map((check) => [check.id, seenOf(check, seen)]));
}

function arrange(checks: readonly StacksCheck[]): Arranged {
  const arranged = { parts: [] as SitePart[], turns: [] as SiteTurn[] };
  const add = ({ parts, turns }: Arranged) => {
    arranged.parts.push(...parts);
    arranged.turns.push(...turns);
  };
  const next = () => arranged.parts.length + 1;
  const within = checks.flatMap(({ setUp, ...check }) => (setUp.what === "host-macvlan" ? [{ ...check, setUp }] : []));
  const beyond = checks.flatMap(({ setUp, ...check }) => (setUp.what === "gateway" ? [{ ...check, setUp }] : []));
  add(arrangeHosts({ within, beyond }, next()));
  const several = checks.flatMap(({ setUp, ...check }) =>
    setUp.what === "several-addresses" ? [{ ...check, setUp }] : [],
  );
  add(arrangeSeveralAddresses(several, next()));
  const asking = checks.flatMap(({ setUp, ...check }) => (setUp.what === "own-question" ? [{ ...check, setUp }] : []));
  add(arrangeOwnQuestions(asking, next()));
  return arranged;
}
