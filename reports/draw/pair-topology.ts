/**
 * The topology of one cell, made from what the results say of it alone: its two ends as they stand among all the others,
 * by the names their devices have there and in its captures, without those others.
 */
import { endpointName } from "../../lab/model/device-names.ts";
import type { CellResult } from "../../lab/model/results.ts";
import {
  addressOf,
  type Endpoint,
  externalHost,
  type Lower,
  type Node,
  type Topology,
} from "../../lab/model/topology.ts";
import { ENDPOINT_KINDS, type EndpointKind, type Party } from "../../lab/model/vocabulary.ts";

export interface PairTopology {
  readonly topology: Topology;
  readonly source: Node;
  readonly destination: Node;
}

/** Results name no addresses, and a picture shows none: these only tell one device from another. */
const EXTERNAL = { name: "ext", port: "swp-ext", address: "external" };

/** Two that exclude each other stand as they would if they did not. */
export function pairTopology(cell: Pick<CellResult, "placement" | "source" | "destination">): PairTopology {
  const [from, to] = [cell.source as Party, cell.destination as Party];
  const apart = cell.placement === "two-lowers";
  const shared = tagOf(to.mode === "passthru" && from.mode !== undefined && !apart ? from : (hosted(from) ?? to), "a");
  const [near, far] = [lower(shared), lower(apart ? tagOf(to, "b") : shared)];
  const source = nodeOf(from, near, 1);
  const destination = nodeOf(to, far, apart || to.mode === "passthru" ? 1 : 2, source);
  const endpoints = [source, destination].flatMap((node) => (node.kind === "endpoint" ? [node.endpoint] : []));
  const lowers = near.name === far.name ? [near] : [near, far];
  return { topology: { switch: "sw", lowers, endpoints, external: EXTERNAL }, source, destination };
}

const hosted = (party: Party): Party | undefined => (party.mode === undefined ? undefined : party);

/** A passthru endpoint has a lower device to itself, `p1` to `p4`. */
function tagOf({ kind, mode }: Party, tag: "a" | "b"): string {
  if (mode !== "passthru") return tag;
  const number = ENDPOINT_KINDS.indexOf(kind as EndpointKind) + 1;
  return `p${tag === "a" ? number : number + ENDPOINT_KINDS.length}`;
}

function lower(tag: string): Lower {
  return { name: `low-${tag}`, port: `swp-${tag}`, address: tag };
}

function nodeOf(party: Party, on: Lower, instance: number, sender?: Node): Node {
  if (party.kind === "external-host") return externalHost({ external: EXTERNAL });
  if (party.kind === "lower-host") return { kind: "lower-host", lower: on };
  const { kind, mode, sourceList = "other" } = party as Party & Pick<Endpoint, "kind" | "mode">;
  const name = endpointName(
    on.name.replace("low-", ""),
    mode === "source" ? { ...party, sourceList } : party,
    instance,
  );
  const address = mode === "passthru" ? on.address : name;
  const listed = sender && sourceList === "sender" ? [addressOf(sender)] : [];
  return {
    kind: "endpoint",
    endpoint: { name, lower: on.name, kind, mode, address, ...(mode === "source" ? { sources: listed } : {}) },
  };
}
