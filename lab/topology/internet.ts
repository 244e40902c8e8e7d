/**
 * Internet addresses of conversations, all fixed in advance. Every conversation has two of its own, so that what one
 * teaches a stack about its neighbours is nothing to any other. IPv4 is from the range for benchmarks (RFC 2544), IPv6 is
 * unique local; both hold the number of the one who has the address and of the one it is for.
 */

/** `link`: both ends in one. `near` and `far`: the asker's and the other's, with a router between. `vlan`: on VLAN devices. */
const SUBNETS = ["link", "near", "far", "vlan"] as const;
export type Subnet = (typeof SUBNETS)[number];

export type Family = 4 | 6;

/** Numbers of residents: six bits of an IPv4 address. */
const RESIDENTS = 64;
const NOBODY = RESIDENTS - 1;
const ANSWERING = 128;
const ROUTER = ANSWERING - 1;
/** Groups every stack joins, as a capture has them. The third byte is nobody's number: `residentFilter` takes them for no one's own. */
export const GROUPS: Readonly<Record<Family, string>> = { 4: "239.109.127.1", 6: "ff05:0:0:0:0:0:6d76:1" };

/** Of resident `owner`, for its conversation with `peer`. @throws RangeError for a number with more than six bits. */
export function internetAddress(
  family: Family,
  subnet: Subnet,
  owner: number,
  peer: number,
  role: "asks" | "answers",
): string {
  if (owner < 1 || owner >= NOBODY || peer < 1 || peer >= NOBODY)
    throw new RangeError(`residents ${owner} and ${peer}: numbers are 1 to ${NOBODY - 1}`);
  return assemble(family, subnet, owner, peer + (role === "answers" ? ANSWERING : 0));
}

/**
 * The router's own as resident `owner` knows it. In IPv4 everybody knows it by another address, which it asks for that
 * resident by: what it asks of one teaches no other where it is. In IPv6 only who is asked gets to hear it.
 */
export function routerAddress(family: Family, subnet: "near" | "far", owner: number): string {
  if (family === 6) return subnet === "near" ? "fe80::1" : "fe80::2";
  return assemble(family, subnet, owner, ROUTER);
}

/** All addresses of a subnet, for a route. */
export function prefixOf(family: Family, subnet: Subnet): string {
  const index = SUBNETS.indexOf(subnet);
  return family === 4 ? `198.18.${index * RESIDENTS}.0/18` : `fd6d:7600:0:${index}::/64`;
}

/** The last 24 bits are the owner's alone: its addresses share one solicited-node group. */
function assemble(family: Family, subnet: Subnet, owner: number, last: number): string {
  const index = SUBNETS.indexOf(subnet);
  if (family === 4) return `198.18.${index * RESIDENTS + owner}.${last}`;
  return `fd6d:7600:0:${index}:${last.toString(16)}:1:0:${owner.toString(16)}`;
}

/** The link-layer group neighbours of an IPv6 resident ask in (RFC 4291, solicited-node). */
export function solicitedGroup(owner: number): string {
  return `33:33:ff:00:00:${owner.toString(16).padStart(2, "0")}`;
}
