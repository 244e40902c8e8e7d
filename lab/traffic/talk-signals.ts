/**
 * Signals between parts that talk across cables: frames that cross each cable there and back, behind all that was said before.
 * `up`: from a lower device's host to the external host. `down`: from the external host to a lower device's host, once all
 * of `up` have come: whatever the switch and the router forwarded meanwhile is before it.
 */
import { externalHost, type Mac } from "../model/topology.ts";
import { unicastAddress } from "../topology/addresses.ts";
import { residentOf } from "../topology/residents.ts";
import { probeFrame, tagBytes } from "./frame.ts";
import { fenceIds } from "./talk-lines.ts";
import { stackNumber } from "./talk-numbers.ts";
import { type TalkPlan, TRIES } from "./talk-plan.ts";

/** A device at one end of a cable. */
export interface SignalEnd {
  readonly device: string;
  /** The agent's number of it. */
  readonly number: number;
  readonly address: Mac;
}

/** What signals are made of. */
export interface Signals {
  readonly nonce: number;
  /** Behind those of all other frames of the plan. */
  readonly firstId: number;
  readonly outside: SignalEnd;
  /** One for each cable. */
  readonly lowers: readonly SignalEnd[];
}

export interface SignalLines {
  readonly expect: readonly string[];
  readonly send: readonly string[];
}

/** On nobody's source list, so that it is nobody's frame but its receiver's. */
const SENDER = unicastAddress(0xd20000);

/** @param number of the exchange, from 0; @param has which of the lower devices are meant. */
export function signalLines(
  { nonce, firstId, outside, lowers }: Signals,
  number: number,
  way: "up" | "down",
  has: (device: string) => boolean,
): SignalLines {
  const all = lowers.map((inside, index) => {
    const id = firstId + (number * lowers.length + index) * 2 + Number(way === "down");
    const [from, to] = way === "up" ? [inside, outside] : [outside, inside];
    const source = way === "up" ? inside.address : SENDER;
    const header = { source, destination: to.address };
    const frame = probeFrame(header, nonce, id, `signal ${way} ${number} of ${inside.device}`);
    const tag = tagBytes(nonce, id).toString("hex");
    return {
      device: inside.device,
      expect: `expect ${to.number} 1 ${tag}`,
      send: `send ${from.number} ${frame.toString("hex")}`,
    };
  });
  const own = all.filter(({ device }) => has(device));
  return { expect: own.map(({ expect }) => expect), send: own.map(({ send }) => send) };
}

export function talkSignals({ nonce, rounds, place }: TalkPlan): Signals {
  const { topology, residents } = place;
  const end = (device: string, resident: ReturnType<typeof residentOf>): SignalEnd => ({
    device,
    number: stackNumber(resident),
    address: resident.address,
  });
  return {
    nonce,
    firstId: fenceIds(rounds.length, TRIES)[1] + 1,
    outside: end(topology.external.name, residentOf(place, externalHost(topology))),
    lowers: topology.lowers.flatMap(({ name }) => {
      const resident = residents.get(name);
      return resident ? [end(name, resident)] : [];
    }),
  };
}
