/** The agent's numbers of namespaces and interfaces in a neighbourhood. */
import type { Neighbourhood, Resident } from "../topology/residents.ts";

/** Beside the residents' own numbers, which are below 64. */
const VLANS = 100;
const MACVTAPS = 200;
/** The router's namespace, the one the switch is in, and the router's two ports. */
export const ROUTER = 300;
export const SWITCH = 301;
export const ROUTER_PORTS = { near: 301, far: 302 } as const;

/** The device a resident's stack is on. */
export const stackNumber = ({ number }: Resident): number => number;
export const vlanNumber = ({ number }: Resident): number => VLANS + number;
/** The macvtap a guest is behind, in its lower device's namespace. */
export const macvtapNumber = ({ number }: Resident): number => MACVTAPS + number;

export function isGuest({ node }: Resident): boolean {
  return node.kind === "endpoint" && node.endpoint.kind === "macvtap";
}

/** Whose namespace a macvtap is in. */
export function hostOf(place: Neighbourhood, { node }: Resident): Resident {
  if (node.kind !== "endpoint") throw new RangeError("a host is in its own namespace");
  return place.residents.get(node.endpoint.lower) as Resident;
}
