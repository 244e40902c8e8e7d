/**
 * Arrangements: one or more topologies side by side, and where in them each pair of a cell sits. Dense: every endpoint
 * at once in one topology. Isolated: each pair alone in a topology of its own, many of those beside one another.
 */
import type { Cell } from "../model/cell.ts";
import { excludesEachOther, partyName, receivingParties } from "../model/cell.ts";
import type { Endpoint, Lower, Mac, Node, Topology } from "../model/topology.ts";
import { addressOf } from "../model/topology.ts";
import type { Mode, Party } from "../model/vocabulary.ts";
import { endpointName, unicastAddress } from "./addresses.ts";

/** The two ends of a cell in one topology. */
export interface Pair {
  readonly topology: number;
  readonly source: Node;
  readonly destination: Node;
}

export interface Arrangement {
  readonly topologies: readonly PlacedTopology[];
  /** By `pairName`: the ends of every cell that can be built. */
  readonly pairs: ReadonlyMap<string, Pair>;
}

export interface PlacedTopology extends Topology {
  /** Source address of the fence frames the external host sends: on every source list, nobody's own. */
  readonly fenceSource: Mac;
}

/** What of a cell decides where its ends are: not the relay state and not the traffic. */
export function pairName(cell: Pick<Cell, "placement" | "source" | "destination">): string {
  return `${cell.placement} ${partyName(cell.source)}>${partyName(cell.destination)}`;
}

/** Hands out devices and addresses of one topology. Device names begin with `prefix`. */
class Builder {
  readonly #prefix: string;
  #next: number;
  readonly lowers: Lower[] = [];
  readonly endpoints: Endpoint[] = [];
  readonly external: Topology["external"];
  readonly fenceSource: Mac;

  constructor(index: number, prefix: string) {
    this.#prefix = prefix;
    this.#next = index * 256 + 1;
    this.external = { name: `${prefix}ext`, port: `${prefix}swp-ext`, address: this.#address() };
    this.fenceSource = this.#address();
  }

  #address(): Mac {
    return unicastAddress(this.#next++);
  }

  lower(tag: string): Lower {
    const name = `${this.#prefix}low-${tag}`;
    const known = this.lowers.find((lower) => lower.name === name);
    if (known) return known;
    const lower = { name, port: `${this.#prefix}swp-${tag}`, address: this.#address() };
    this.lowers.push(lower);
    return lower;
  }

  endpoint(tag: string, party: Party, instance: number): Node {
    const lower = this.lower(tag);
    const mode = party.mode as Mode;
    const endpoint: Endpoint = {
      name: endpointName(this.#prefix + tag, party, instance),
      lower: lower.name,
      kind: party.kind as Endpoint["kind"],
      mode,
      address: mode === "passthru" ? lower.address : this.#address(),
      ...(mode === "source" ? { sources: [this.fenceSource] } : {}),
    };
    this.endpoints.push(endpoint);
    return { kind: "endpoint", endpoint };
  }

  externalHost(): Node {
    return { kind: "external-host", external: this.external };
  }

  /** Puts the senders' addresses on the lists of the endpoints that are to hear them, never an endpoint's own. */
  build(senders: readonly Mac[], hears: (endpoint: Endpoint) => boolean): PlacedTopology {
    const endpoints = this.endpoints.map((endpoint) => {
      if (!endpoint.sources || !hears(endpoint)) return endpoint;
      const listed = senders.filter((sender) => sender !== endpoint.address);
      return { ...endpoint, sources: [...endpoint.sources, ...listed] };
    });
    const { lowers, external, fenceSource } = this;
    return { switch: `${this.#prefix}sw`, lowers, endpoints, external, fenceSource };
  }
}

/** The parties of one lower device's endpoints: all that can share one. */
const SHARING: readonly Party[] = receivingParties(["private", "vepa", "bridge", "source"]);
const PASSTHRU: readonly Party[] = receivingParties(["passthru"]);
const FIRST = 1;
const SECOND = 2;

/**
 * Every endpoint at once: two of each on lower device `a`, one of each on `b`, and a passthru of each kind alone on
 * each of `p1` to `p4`. The first of two sends, the second receives.
 */
export function denseArrangement(cells: readonly Cell[]): Arrangement {
  const builder = new Builder(0, "");
  const nodes = new Map<string, Node>();
  const place = (tag: string, party: Party, instance: number) =>
    nodes.set(`${tag} ${partyName(party)} ${instance}`, builder.endpoint(tag, party, instance));
  for (const party of SHARING) for (const instance of [FIRST, SECOND]) place("a", party, instance);
  for (const party of SHARING) place("b", party, FIRST);
  PASSTHRU.forEach((party, index) => {
    place(`p${index + 1}`, party, FIRST);
    place(`p${index + 1 + PASSTHRU.length}`, party, FIRST);
  });
  const find = (tag: string, party: Party, instance: number): Node => {
    const passthru = PASSTHRU.findIndex((one) => one.kind === party.kind);
    const first = party.mode === "passthru";
    const where = first ? `p${passthru + 1 + (tag === "b" ? PASSTHRU.length : 0)}` : tag;
    return nodes.get(`${where} ${partyName(party)} ${first || tag === "b" ? FIRST : instance}`) as Node;
  };
  const pairs = new Map<string, Pair>();
  for (const cell of cells) {
    if (excludesEachOther(cell)) continue;
    pairs.set(pairName(cell), { topology: 0, ...ends(cell, builder, find) });
  }
  const senders = [...new Set([...pairs.values()].map((pair) => addressOf(pair.source)))];
  return { topologies: [builder.build(senders, isListener)], pairs };
}

/** Topologies that stand side by side at a time: enough to share the costs of a build, few enough for the smallest guest. */
const SIDE_BY_SIDE = 32;

/** Each pair alone, on lower devices and a switch of its own; so many beside one another, batch after batch. */
export function isolatedArrangements(cells: readonly Cell[]): Arrangement[] {
  const byName = new Map(cells.filter((cell) => !excludesEachOther(cell)).map((cell) => [pairName(cell), cell]));
  const distinct = [...byName.values()];
  const batches = Array.from({ length: Math.ceil(distinct.length / SIDE_BY_SIDE) }, (_, batch) =>
    distinct.slice(batch * SIDE_BY_SIDE, (batch + 1) * SIDE_BY_SIDE),
  );
  return batches.map(isolatedArrangement);
}

function isolatedArrangement(cells: readonly Cell[]): Arrangement {
  const pairs = new Map<string, Pair>();
  const topologies = cells.map((cell, index) => {
    const builder = new Builder(index, `w${index}`);
    const { source, destination } = ends(cell, builder, (tag, party, instance) =>
      builder.endpoint(tag, party, instance),
    );
    pairs.set(pairName(cell), { topology: index, source, destination });
    return builder.build([addressOf(source)], isListener);
  });
  return { topologies, pairs };
}

function isListener(endpoint: Endpoint): boolean {
  return endpoint.name.includes("-srs");
}

type Find = (tag: string, party: Party, instance: number) => Node;

/** Lower device tags `a` and `b`; a source-mode sender's own list plays no part, so it has only the fence's address. */
function ends(cell: Cell, builder: Builder, find: Find): { source: Node; destination: Node } {
  const sender = (): Node =>
    find("a", cell.source.mode === "source" ? { ...cell.source, sourceList: "other" } : cell.source, FIRST);
  const receiver = (tag: string): Node => find(tag, cell.destination, SECOND);
  switch (cell.placement) {
    case "same-lower":
      return { source: sender(), destination: receiver("a") };
    case "two-lowers":
      return { source: sender(), destination: receiver("b") };
    case "endpoint-to-lower-host": {
      const source = sender();
      return { source, destination: hostOf(builder, source) };
    }
    case "lower-host-to-endpoint": {
      const destination = receiver("a");
      return { source: hostOf(builder, destination), destination };
    }
    case "endpoint-to-external":
      return { source: sender(), destination: builder.externalHost() };
    case "external-to-endpoint":
      return { source: builder.externalHost(), destination: receiver("a") };
  }
}

function hostOf(builder: Builder, node: Node): Node {
  const lower = builder.lowers.find((one) => node.kind === "endpoint" && one.name === node.endpoint.lower);
  return { kind: "lower-host", lower: lower as Lower };
}
