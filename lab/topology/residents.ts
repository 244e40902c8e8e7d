/**
 * A topology people live in: every endpoint, every lower device's host, the external host and a router have an IP stack in
 * a network namespace of their own. A macvtap's resident is the guest behind its character device: its stack is on a tap
 * device of the same name and address.
 */
import type { Conversation } from "../model/cell.ts";
import {
  addressOf,
  type ExternalHost,
  endpointNodes,
  externalHost,
  interfaceOf,
  lowerHosts,
  type Mac,
  type Node,
  type Topology,
} from "../model/topology.ts";
import { denseBuilder, type Pair, type PlacedTopology } from "./arrangement.ts";

export interface Resident {
  /** In internet addresses. */
  readonly number: number;
  readonly namespace: string;
  /** The device its stack is on. */
  readonly device: string;
  /** Others are in that namespace as well, perhaps strangers: what is served is served on the device alone. */
  readonly shares?: true;
  readonly address: Mac;
  readonly node: Node;
}

export interface Router {
  readonly namespace: string;
  readonly near: ExternalHost;
  readonly far: ExternalHost;
}

export interface Neighbourhood {
  readonly topology: PlacedTopology;
  readonly router: Router;
  /** By the interface of their node. */
  readonly residents: ReadonlyMap<string, Resident>;
  readonly pairs: ReadonlyMap<string, Pair>;
}

/** @param sparse leaves out the endpoints nobody talks to or with. */
export function neighbourhoodOf(conversations: readonly Conversation[], sparse: boolean): Neighbourhood {
  const { builder, pairs } = denseBuilder(conversations, sparse, "sender");
  const [near, far] = [builder.host("near"), builder.host("far")];
  const everybody = [builder.external, near, far, ...builder.lowers, ...builder.endpoints];
  const topology = builder.build(everybody.map(({ address }) => address));
  const nodes = [...endpointNodes(topology), ...lowerHosts(topology), externalHost(topology)];
  const residents = nodes.map((node, index) => [interfaceOf(node), residentAt(node, index + 1)] as const);
  const router = { namespace: "router", near, far };
  return { topology, router, residents: new Map(residents), pairs: inTopology(pairs, topology) };
}

function residentAt(node: Node, number: number): Resident {
  const device = interfaceOf(node);
  return { number, namespace: `mv-${device}`, device, address: addressOf(node), node };
}

export function residentOf({ residents }: Neighbourhood, node: Node): Resident {
  const resident = residents.get(interfaceOf(node));
  if (!resident) throw new RangeError(`nobody lives at "${interfaceOf(node)}"`);
  return resident;
}

/** The ends as they are once the lists are written. */
export function inTopology(pairs: ReadonlyMap<string, Pair>, topology: Topology): Map<string, Pair> {
  const nodes = new Map(
    [...endpointNodes(topology), ...lowerHosts(topology), externalHost(topology)].map((node) => [
      `${node.kind} ${interfaceOf(node)}`,
      node,
    ]),
  );
  const here = (node: Node) => nodes.get(`${node.kind} ${interfaceOf(node)}`) as Node;
  return new Map(
    [...pairs].map(([name, { topology: at, source, destination }]) => [
      name,
      { topology: at, source: here(source), destination: here(destination) },
    ]),
  );
}
