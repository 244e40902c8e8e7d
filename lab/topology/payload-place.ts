/**
 * Where payloads are sent: cards of their own, each conversation in a subnet of its own. A lower device whose port has
 * reflective relay is another than one whose port has not.
 */

import type { PayloadLook } from "../model/payload-look.ts";
import type { CheckSpec } from "../model/scenario.ts";
import { type Endpoint, interfaceOf, type Node } from "../model/topology.ts";
import type { Party } from "../model/vocabulary.ts";
import { VLAN_ID } from "./scene.ts";
import { type PlacedTopology, TopologyBuilder } from "./topology-builder.ts";

export interface PayloadEnds {
  readonly check: CheckSpec;
  readonly look: PayloadLook;
  /** Of the conversation, from 1. */
  readonly number: number;
  readonly from: Endpoint;
  readonly to: Node;
}

export interface PayloadPlace {
  readonly topology: PlacedTopology;
  readonly ends: readonly PayloadEnds[];
}

/** Beside the others: see `TopologyBuilder`. */
const BESIDE = 8;

export function payloadPlace(checks: readonly CheckSpec[]): PayloadPlace {
  const builder = new TopologyBuilder(BESIDE, "y");
  const known = new Map<string, Node>();
  const endpoint = (tag: string, party: Party, instance: number): Node => {
    const key = `${tag} ${JSON.stringify(party)} ${instance}`;
    const one = known.get(key) ?? builder.endpoint(tag, party, instance);
    known.set(key, one);
    return one;
  };
  const ends = checks.flatMap((check): PayloadEnds[] => {
    const { look } = check;
    if (look.look !== "payload") return [];
    const { source, destination, placement, reflectiveRelay } = look.talk;
    const [relay, own] = [reflectiveRelay ? "r" : "o", look.vhost ? 2 : 0];
    const near = source.mode === "passthru" ? `p${relay}` : `a${relay}`;
    const from = endpoint(near, source, 1 + own);
    const beside = () =>
      placement === "same-lower" ? endpoint(near, destination, 2 + own) : endpoint(`b${relay}`, destination, 1 + own);
    const to = placement === "endpoint-to-lower-host" ? builder.hostBelow(from) : beside();
    return from.kind === "endpoint" ? [{ check, look, number: 0, from: from.endpoint, to }] : [];
  });
  const peers = ends.map(({ to }) => (to.kind === "endpoint" ? to.endpoint.address : builder.external.address));
  const built = builder.build(peers);
  const found = (name: string) => built.endpoints.find((one) => one.name === name) as Endpoint;
  const listing = { ...built, endpoints: built.endpoints.map((one) => withPeers(one, peers)) };
  return {
    topology: listing,
    ends: ends.map((one, index) => ({ ...one, number: index + 1, from: found(one.from.name) })),
  };
}

/** In a conversation whoever is to be heard is on the list. */
function withPeers(endpoint: Endpoint, peers: readonly string[]): Endpoint {
  if (!endpoint.sources) return endpoint;
  return {
    ...endpoint,
    sources: [...new Set([...endpoint.sources, ...peers])].filter((one) => one !== endpoint.address),
  };
}

/** The two addresses of a conversation, of the range for benchmarks (RFC 2544). */
export function payloadAddresses({ number }: Pick<PayloadEnds, "number">): readonly [string, string] {
  return [`198.18.${number}.1`, `198.18.${number}.2`];
}

/** The interface of one of the two ends that has its address: a VLAN device where the payload is tagged. */
export function stackInterface({ look }: PayloadEnds, name: string): string {
  return look.payload === "tagged" ? `${name}.${VLAN_ID}` : name;
}

/** Lines for `ip -batch` that give the ends on these interfaces their addresses. */
export function addressLines(ends: readonly PayloadEnds[], isHere: (name: string) => boolean): string[] {
  const lines = ends.flatMap((one) => {
    const names = [one.from.name, interfaceOf(one.to)];
    const addresses = payloadAddresses(one);
    return names.flatMap((name, index) => {
      if (!isHere(name)) return [];
      const device = stackInterface(one, name);
      const vlan = [`link add link ${name} name ${device} type vlan id ${VLAN_ID}`, `link set ${device} up`];
      return [...(device === name ? [] : vlan), `addr add ${addresses[index]}/24 dev ${device}`];
    });
  });
  return [...new Set(lines)];
}

/** A stack answers for an address on the interface alone that has it. */
export const STRICT = "echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore";

/** Reflective relay of the ports, as shell lines. */
export function relayLines({ topology }: PayloadPlace): string[] {
  return topology.lowers
    .filter(({ name }) => name.endsWith("r"))
    .map(({ port }) => `echo 1 > /sys/class/net/${port}/brport/hairpin_mode || exit`);
}
