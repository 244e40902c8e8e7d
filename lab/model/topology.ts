/**
 * A topology: lower devices cabled to the ports of one external switch, endpoints on the lower devices, and an
 * external host on a port of its own. Plain data with every name and address fixed in advance; how it is built is
 * `lab/topology`'s business, what it does to a frame is the kernel's, what it should do is the oracle's.
 */
import type { EndpointKind, LowerKind, Mode } from "./vocabulary.ts";

/** A MAC address as lower-case hex with colons, `02:6d:00:00:00:01`. */
export type Mac = string;

/** A lower device: one end of a cable whose other end is a port of the external switch. */
export interface Lower {
  readonly name: string;
  readonly port: string;
  readonly address: Mac;
  /** Absent: `veth`. */
  readonly kind?: LowerKind;
}

export interface Endpoint {
  readonly name: string;
  /** Name of its lower device. */
  readonly lower: string;
  readonly kind: EndpointKind;
  readonly mode: Mode;
  /** A passthru endpoint has its lower device's address. */
  readonly address: Mac;
  /** Source mode only: the addresses on its list. */
  readonly sources?: readonly Mac[];
  /** Source mode only: a listed source's frames go to no other destination (`MACVLAN_FLAG_NODST`). */
  readonly nodst?: boolean;
}

export interface ExternalHost {
  readonly name: string;
  readonly port: string;
  readonly address: Mac;
}

export interface Topology {
  /** Name of the bridge that is the external switch. */
  readonly switch: string;
  readonly lowers: readonly Lower[];
  readonly endpoints: readonly Endpoint[];
  readonly external: ExternalHost;
}

/** Who sends or receives, in one topology: an endpoint, a lower device's own host, or the external host. */
export type Node =
  | { readonly kind: "endpoint"; readonly endpoint: Endpoint }
  | { readonly kind: "lower-host"; readonly lower: Lower }
  | { readonly kind: "external-host"; readonly external: ExternalHost };

export function addressOf(node: Node): Mac {
  if (node.kind === "endpoint") return node.endpoint.address;
  return node.kind === "lower-host" ? node.lower.address : node.external.address;
}

/** The interface a node sends on and is observed at. */
export function interfaceOf(node: Node): string {
  if (node.kind === "endpoint") return node.endpoint.name;
  return node.kind === "lower-host" ? node.lower.name : node.external.name;
}

/** The lower device a node sits on; none for the external host. */
export function lowerOf(topology: Topology, node: Node): Lower | undefined {
  if (node.kind === "external-host") return undefined;
  if (node.kind === "lower-host") return node.lower;
  return topology.lowers.find((lower) => lower.name === node.endpoint.lower);
}

/**
 * Whether a node gets group frames only: a passthru endpoint takes every unicast frame of its lower device's host, whose
 * address it shares. Such a host's group frames pass in the same context as its unicast ones would
 * (`macvlan_handle_frame` returns RX_HANDLER_PASS), in order.
 */
export function onlyGroupFrames(topology: Pick<Topology, "endpoints">, node: Node): boolean {
  if (node.kind !== "lower-host") return false;
  return topology.endpoints.some(({ lower, mode }) => lower === node.lower.name && mode === "passthru");
}

/** Everyone who can receive behind the lower devices: the endpoints, and the lower devices' own hosts. */
export function endpointNodes(topology: Pick<Topology, "endpoints">): Node[] {
  return topology.endpoints.map((endpoint) => ({ kind: "endpoint", endpoint }));
}

/**
 * Whoever shows that a lower device's port is watched: its own host, or the end of the cable that ends beside a dummy.
 */
export function cableEnd(lower: Lower): Node {
  if (lower.kind !== "dummy") return { kind: "lower-host", lower };
  return { kind: "lower-host", lower: { ...lower, name: lower.name.replace("low-", "und-") } };
}

export function lowerHosts(topology: Pick<Topology, "lowers">): Node[] {
  return topology.lowers.map((lower) => ({ kind: "lower-host", lower }));
}

export function externalHost(topology: Pick<Topology, "external">): Node {
  return { kind: "external-host", external: topology.external };
}
