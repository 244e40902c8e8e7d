/** Which conversation a recorded frame is of, and what it says in it. Pure. */
import { decodeInternet } from "../capture/internet.ts";
import { decodeLease } from "../capture/lease.ts";
import { VLAN } from "../topology/neighbourhood.ts";
import type { StreamRecord } from "./records.ts";
import { isLease, type PlannedTalk } from "./talk-plan.ts";

/** The conversations that are held at one time, by the addresses of their ends. */
export interface Talking {
  readonly byAddress: ReadonlyMap<string, PlannedTalk>;
  readonly leases: boolean;
}

export interface Said {
  readonly talk: PlannedTalk;
  /** `asks` and `tells`: about neighbours. `packet`: the conversation itself. */
  readonly says: "asks" | "tells" | "packet";
  /** Whose address it is from; undefined: a router's. */
  readonly by: "source" | "destination" | undefined;
  /** Of a packet from one end to the other. */
  readonly way: "there" | "back" | undefined;
}

export function talkingOf(talks: readonly PlannedTalk[]): Talking {
  // What is said to a group is known by who says it: the group is everybody's.
  const ends = (talk: PlannedTalk) => (talk.word === "group" ? [talk.source] : [talk.source, talk.destination]);
  const byAddress = new Map(talks.flatMap((talk) => ends(talk).map((address) => [address, talk] as const)));
  return { byAddress, leases: talks.some(isLease) };
}

/** Undefined for what is of none of them, and for what is in another VLAN than its conversation. */
export function saidIn(talking: Talking, { data }: Pick<StreamRecord, "data">): Said | undefined {
  const said = talking.leases ? leaseIn(talking, data) : packetIn(talking, data);
  return said && vlanOf(data) === (said.talk.cell.traffic === "vlan" ? VLAN.id : undefined) ? said : undefined;
}

function packetIn({ byAddress }: Talking, data: Buffer): Said | undefined {
  const header = decodeInternet(data);
  const talk = header && (byAddress.get(header.source) ?? byAddress.get(header.destination));
  if (!talk) return undefined;
  const { says, source, destination } = header;
  const by = source === talk.source ? "source" : source === talk.destination ? "destination" : undefined;
  if (says !== "packet") return { talk, says, by, way: undefined };
  const isThere = by === "source" && destination === talk.destination;
  const isBack = by === "destination" && destination === talk.source;
  if (by && !isThere && !isBack) return undefined; // a report of its groups, which a stack makes from any of its addresses
  return { talk, says, by, way: isThere ? "there" : isBack ? "back" : undefined };
}

/** A client has no internet address yet: what it and the server say is known by its hardware address. */
function leaseIn({ byAddress }: Talking, data: Buffer): Said | undefined {
  const message = decodeLease(data);
  const talk = message && byAddress.get(message.client);
  if (!talk) return undefined;
  const isAsking = message.says === "asks";
  return { talk, says: "packet", by: isAsking ? "source" : "destination", way: isAsking ? "there" : "back" };
}

const TAG_PROTOCOL = 0x8100;

function vlanOf(data: Buffer): number | undefined {
  return data.length >= 16 && data.readUInt16BE(12) === TAG_PROTOCOL ? data.readUInt16BE(14) & 0xfff : undefined;
}
