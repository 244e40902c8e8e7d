/** Puts one topology together, device by device: names and addresses are handed out here. */
import { endpointName } from "../model/device-names.ts";
import {
  type Endpoint,
  type ExternalHost,
  externalHost,
  type Lower,
  type Mac,
  type Node,
  type Topology,
} from "../model/topology.ts";
import { deviceKind, type EndpointKind, type LowerKind, type Mode, type Party } from "../model/vocabulary.ts";
import { unicastAddress } from "./addresses.ts";

export interface PlacedTopology extends Topology {
  /** Source address of the fence frames the external host sends: on every source list, nobody's own. */
  readonly fenceSource: Mac;
}

/** Hands out devices and addresses of one topology. Device names begin with `prefix`. */
export class TopologyBuilder {
  readonly #prefix: string;
  readonly #kind: LowerKind;
  #next: number;
  readonly lowers: Lower[] = [];
  endpoints: readonly Endpoint[] = [];
  readonly external: Topology["external"];
  readonly fenceSource: Mac;
  /** Endpoints that are to have the senders on their lists. */
  readonly #listeners = new Set<Endpoint>();

  constructor(index: number, prefix: string, kind: LowerKind = "veth") {
    this.#prefix = prefix;
    this.#kind = kind;
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
    const made = { name, port: `${this.#prefix}swp-${tag}`, address: this.#address() };
    const lower = this.#kind === "veth" ? made : { ...made, kind: this.#kind };
    this.lowers.push(lower);
    return lower;
  }

  endpoint(tag: string, party: Party, instance: number): Node {
    const lower = this.lower(tag);
    const mode = party.mode as Mode;
    const endpoint: Endpoint = {
      name: endpointName(this.#prefix + tag, party, instance),
      lower: lower.name,
      kind: deviceKind(party.kind as EndpointKind | "container"),
      mode,
      address: mode === "passthru" ? lower.address : this.#address(),
      ...(mode === "source" ? { sources: [this.fenceSource] } : {}),
    };
    this.endpoints = [...this.endpoints, endpoint];
    if (party.sourceList === "sender") this.#listeners.add(endpoint);
    return { kind: "endpoint", endpoint };
  }

  /** One more host on a port of the switch. */
  host(tag: string): ExternalHost {
    return { name: `${this.#prefix}${tag}`, port: `${this.#prefix}swp-${tag}`, address: this.#address() };
  }

  externalHost(): Node {
    return externalHost(this);
  }

  /** The host of the lower device an endpoint of this topology hangs off. */
  hostBelow(node: Node): Node {
    const lower = this.lowers.find(({ name }) => node.kind === "endpoint" && node.endpoint.lower === name);
    return { kind: "lower-host", lower: lower as Lower };
  }

  /** Leaves out all endpoints but these. */
  keep(nodes: readonly Node[]): void {
    const kept = new Set(nodes.map((node) => (node.kind === "endpoint" ? node.endpoint : undefined)));
    this.endpoints = this.endpoints.filter((endpoint) => kept.has(endpoint));
  }

  /** Puts the senders' addresses on the lists of the endpoints that are to hear them, never an endpoint's own. */
  build(senders: readonly Mac[]): PlacedTopology {
    const endpoints = this.endpoints.map((endpoint) => {
      if (!this.#listeners.has(endpoint)) return endpoint;
      const listed = senders.filter((sender) => sender !== endpoint.address);
      return { ...endpoint, sources: [this.fenceSource, ...listed] };
    });
    const { lowers, external, fenceSource } = this;
    return { switch: `${this.#prefix}sw`, lowers, endpoints, external, fenceSource };
  }
}
