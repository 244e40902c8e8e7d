/**
 * Signals between the parts of a neighbourhood: frames that cross each cable there and back, behind all that was said before.
 * `up`: from a lower device's host to the external host. `down`: from the external host to a lower device's host, once all
 * of `up` have come: whatever the switch and the router forwarded meanwhile is before it.
 */
import { externalHost } from "../model/topology.ts";
import { unicastAddress } from "../topology/addresses.ts";
import { type Resident, residentOf } from "../topology/residents.ts";
import { probeFrame, tagBytes } from "./frame.ts";
import { fenceIds } from "./talk-lines.ts";
import { stackNumber } from "./talk-numbers.ts";
import { type TalkPlan, TRIES } from "./talk-plan.ts";

export interface SignalLines {
  readonly expect: readonly string[];
  readonly send: readonly string[];
}

/** On nobody's source list, so that it is nobody's frame but its receiver's. */
const SENDER = unicastAddress(0xd20000);

/** @param number of the exchange, from 0; @param has which of the lower devices are meant. */
export function talkSignals(
  plan: TalkPlan,
  number: number,
  way: "up" | "down",
  has: (device: string) => boolean,
): SignalLines {
  const { topology, residents } = plan.place;
  const outside = residentOf(plan.place, externalHost(topology));
  const all = topology.lowers.map((lower, index) => {
    const inside = residents.get(lower.name) as Resident;
    const id = firstId(plan) + (number * topology.lowers.length + index) * 2 + Number(way === "down");
    const [from, to] = way === "up" ? [inside, outside] : [outside, inside];
    const source = way === "up" ? inside.address : SENDER;
    const header = { source, destination: to.address };
    const frame = probeFrame(header, plan.nonce, id, `signal ${way} ${number} of ${lower.name}`);
    const tag = tagBytes(plan.nonce, id).toString("hex");
    return {
      lower,
      expect: `expect ${stackNumber(to)} 1 ${tag}`,
      send: `send ${stackNumber(from)} ${frame.toString("hex")}`,
    };
  });
  const own = all.filter(({ lower }) => has(lower.name));
  return { expect: own.map(({ expect }) => expect), send: own.map(({ send }) => send) };
}

/** Behind those of fences. */
function firstId({ rounds }: TalkPlan): number {
  return fenceIds(rounds.length, TRIES)[1] + 1;
}
