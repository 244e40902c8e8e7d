/** A look at what is said between the stacks of guests, or of a guest and its host, by the path virtual machines use. */
import type { Party, Placement, Talk } from "./vocabulary.ts";

/** A conversation whose ends know nothing of each other, in one subnet. */
export interface PayloadTalk {
  readonly placement: Placement;
  readonly reflectiveRelay: boolean;
  readonly traffic: Talk;
  readonly source: Party;
  readonly destination: Party;
}

/**
 * `large`: more than the MTU holds, at once: whoever sends leaves it to others to cut it up. `unsummed`: a datagram whose
 * checksum the sender leaves to others. `tagged`: between VLAN devices on the two cards. `plain`: as it comes.
 */
export type Payload = "large" | "unsummed" | "tagged" | "plain";

/**
 * The ends of `talk`, where each macvtap is the network card of a guest of its own; the source is one. The payload goes
 * there and back, and is compared where it arrives. The value is how far it came, in the words of `Outcome`, and how it
 * passed the macvtaps, on its way into the one and out of the other: `answered, larger than the MTU: larger than the MTU`.
 * `whole`: cut up; with its checksum. A `plain` one is only told how far it came.
 */
export interface PayloadLook {
  readonly look: "payload";
  readonly payload: Payload;
  readonly talk: PayloadTalk;
  /** The kernel moves the cards' frames, not QEMU. */
  readonly vhost?: true;
}

/** How a payload that has what it is about passes a macvtap. */
export const PASSES: Readonly<Record<Exclude<Payload, "plain">, string>> = {
  large: "larger than the MTU",
  unsummed: "checksum left open",
  tagged: "tagged",
};

/** @param passed whether it passed the source's macvtap so, and the destination's. */
export function payloadValue(payload: Payload, outcome: string, passed: readonly [boolean, boolean]): string {
  if (payload === "plain" || outcome !== "answered") return outcome;
  return `${outcome}, ${passed.map((is) => (is ? PASSES[payload] : "whole")).join(": ")}`;
}
