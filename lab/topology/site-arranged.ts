/** The parts and turns of all checks that take whole IP stacks, on one site. Pure. */
import type { CheckSpec } from "../model/scenario.ts";
import type { StacksSetUp } from "../model/stacks-look.ts";
import type { SitePart } from "./site.ts";
import { arrangeHosts } from "./site-gateway.ts";
import { arrangeOwnQuestions } from "./site-own-question.ts";
import { arrangeSeveralAddresses } from "./site-several-addresses.ts";
import type { Arranged, SiteTurn } from "./site-talk.ts";

export type StacksCheck = CheckSpec & { readonly setUp: StacksSetUp };

export function arrangeStacks(checks: readonly StacksCheck[]): Arranged {
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
