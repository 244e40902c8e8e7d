/**
 * Two IP stacks in conversation, as the chain of frames it is made of: each goes through the rules of frames, and the
 * next one is sent only where it arrived.
 *
 * Not held against a frame, because no stack is harmed by it: a second copy, and a question that comes back to whoever
 * asked it (`arp_process` and `ndisc_recv_ns` answer for addresses of their own only).
 */
import type { Outcome } from "../model/vocabulary.ts";
import { placesBehind } from "./flow.ts";
import type { Decision, Judge } from "./judge.ts";
import { decisionsAbout } from "./judge.ts";
import { type Addressing, arrives } from "./stack.ts";
import type { Asking, Saying, TalkPlan } from "./talks.ts";
import type { Place, World } from "./world.ts";

/** Who talks, where. With a router in the world they are in different subnets, and it is between them. */
export interface Meeting {
  readonly world: World;
  readonly source: Place;
  readonly destination: Place;
  /** Whether everybody was told the address of the next hop. */
  readonly told: boolean;
}

export interface Conversed {
  readonly outcome: Outcome;
  /** What was decided about each frame that was sent, in order; where one is lost it is the last. */
  readonly decisions: readonly (readonly Decision[])[];
}

/** One conversation so far. */
interface Talking extends Meeting {
  readonly judge: Judge;
  readonly plan: TalkPlan;
  /** Who came to know whose address, as `asker>asked`. */
  readonly known: Set<string>;
  readonly decisions: (readonly Decision[])[];
  /** The judge's decisions up to here belong to frames before the next one. */
  judged: number;
}

/** From one stack to the next on the way: between two hops a frame crosses no router. */
interface Hop {
  readonly from: Place;
  readonly to: Place;
}

export function converse(meeting: Meeting, plan: TalkPlan, judge: Judge): Conversed {
  const judged = judge.decisions.length;
  const talking: Talking = { ...meeting, judge, plan, known: new Set(), decisions: [], judged };
  return { outcome: outcomeOf(talking), decisions: talking.decisions };
}

function outcomeOf(talking: Talking): Outcome {
  const { asking, sayings } = talking.plan;
  const [first] = hopsOf(talking, "there");
  if (sayings.length === 0 && asking && first) return ask(talking, first, asking);
  for (const [index, saying] of sayings.entries()) {
    const came = say(talking, saying);
    if (came !== "heard") return index === 0 ? came : "heard";
  }
  return sayings.some(({ way }) => way === "back") ? "answered" : "heard";
}

function hopsOf({ world, source, destination }: Meeting, way: Saying["way"]): readonly Hop[] {
  const [near, far] = world.router ?? [];
  if (!near || !far) return [way === "there" ? { from: source, to: destination } : { from: destination, to: source }];
  return way === "there"
    ? [
        { from: source, to: near.name },
        { from: far.name, to: destination },
      ]
    : [
        { from: destination, to: far.name },
        { from: near.name, to: source },
      ];
}

/** `unresolved`: its sender did not find the next hop. A router that does not find it has heard what it cannot pass on. */
function say(talking: Talking, { way, to }: Saying): Exclude<Outcome, "answered"> {
  for (const [index, hop] of hopsOf(talking, way).entries()) {
    if (to === "other" && !finds(talking, hop)) return index === 0 ? "unresolved" : "unheard";
    if (!passes(talking, hop, to)) return "unheard";
  }
  return "heard";
}

function finds(talking: Talking, hop: Hop): boolean {
  const { asking } = talking.plan;
  const known = !asking || talking.told || talking.known.has(`${hop.from}>${hop.to}`);
  return (
    !talking.judge.ask("next-hop-is-asked-for", undefined, known) || !asking || ask(talking, hop, asking) === "answered"
  );
}

/**
 * The question and its answer. With IPv6 a router asks by its link-local address: whoever has another one of it as next
 * hop has to ask for that. It makes no difference, for the question goes where the answers go and is answered alike.
 */
function ask(
  talking: Talking,
  { from, to }: Hop,
  { to: whom, joins, teaches }: Asking,
): Exclude<Outcome, "unresolved"> {
  const { judge, known } = talking;
  const joined = joins === undefined || judge.ask(joins, undefined);
  if (!passes(talking, { from, to }, whom, joined)) return "unheard";
  if (judge.ask(teaches, undefined)) known.add(`${to}>${from}`);
  if (!passes(talking, { from: to, to: from }, "other")) return "heard";
  known.add(`${from}>${to}`);
  return "answered";
}

/** Sends one frame. */
function passes(talking: Talking, hop: Hop, addressing: Addressing, joined = true): boolean {
  const { world, judge, plan, decisions, judged } = talking;
  const arrived = arrives(world, judge, { ...hop, addressing, joined, tagged: plan.tagged === true });
  const fresh = { decisions: judge.decisions.slice(judged) };
  decisions.push(decisionsAbout(fresh, placesBehind(world, hop.to)));
  talking.judged = judge.decisions.length;
  return arrived;
}
