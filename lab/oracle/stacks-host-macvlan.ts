/**
 * A host with a macvlan of its own beside its lower device: two devices of one stack, which answers for its addresses on
 * both, and sends to the endpoints by the macvlan alone.
 */
import type { HostMacvlan } from "../model/stacks-look.ts";
import type { Outcome } from "../model/vocabulary.ts";
import { converse } from "./conversation.ts";
import { hostOf } from "./flow.ts";
import type { Judge } from "./judge.ts";
import { decisionsAbout } from "./judge.ts";
import { type Addressing, arrives } from "./stack.ts";
import type { StacksPrediction } from "./stacks-prediction.ts";
import { LOWER, stacksWorld } from "./stacks-world.ts";
import { TALK_PLANS } from "./talks.ts";
import type { Place, World } from "./world.ts";

export const HOST: Place = "host";
export const ENDPOINT: Place = "endpoint";

export function hostMacvlan({ host, endpoint }: HostMacvlan, reflectiveRelay: boolean, judge: Judge): StacksPrediction {
  const stations = [
    { name: HOST, kind: "macvlan" as const, mode: host },
    { name: ENDPOINT, ...endpoint },
  ];
  const { world, error } = stacksWorld(stations, reflectiveRelay, judge);
  if (error) return { value: error, rule: judge.quote(judge.decisions.slice(-1)) };
  const made = judge.decisions.length;
  const inward = reachHost(world, judge, 0);
  const outward = converse({ world, source: HOST, destination: ENDPOINT, told: false }, TALK_PLANS.icmp, judge).outcome;
  const about = decisionsAbout({ decisions: judge.decisions.slice(made) }, [HOST, ENDPOINT, LOWER, hostOf(LOWER)]);
  return { value: `endpoint>host: ${inward}; host>endpoint: ${outward}`, rule: judge.quote(about) };
}

/** From the endpoint's question for the host's address to the answer to what it said. */
export function reachHost(world: World, judge: Judge, ignore: number): Outcome {
  const send = (from: Place, to: Place, addressing: Addressing = "other") =>
    arrives(world, judge, { from, to, addressing, joined: false, tagged: false });
  const asked = [HOST, LOWER].filter((place) => send(ENDPOINT, place, "everybody"));
  const answering = asked.filter(
    (place) => place === HOST || judge.ask("answers-for-any-of-its-addresses", hostOf(LOWER), ignore),
  );
  const known = answering.filter((place) => send(place, ENDPOINT));
  if (known.length === 0) return "unresolved";
  const heard = new Set(known.map((place) => send(ENDPOINT, place)));
  if (heard.size > 1) throw new RangeError("which of two answers came first decides");
  if (heard.has(false)) return "unheard";
  return asked.includes(HOST) || finds(send) ? answer(send) : "heard";
}

type Send = (from: Place, to: Place, addressing?: Addressing) => boolean;

/** The host asks by its macvlan, whatever it was asked on. */
const finds = (send: Send): boolean => send(HOST, ENDPOINT, "everybody") && send(ENDPOINT, HOST);

const answer = (send: Send): Outcome => (send(HOST, ENDPOINT) ? "answered" : "heard");
