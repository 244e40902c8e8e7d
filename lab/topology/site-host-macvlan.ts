/**
 * A host that keeps a macvlan of its own on its lower device: one lower device for each mode of that macvlan, with all
 * endpoints that are asked about.
 *
 *     [host: lower device .254, macvlan .110 .111]   [endpoint .10]   [endpoint .11]   one namespace each
 *              |        \________ __________________/___________________/
 *         port of the switch
 *
 * Those of one kind and mode on different lower devices share a namespace, whose stack answers for each address on its own
 * device alone.
 *
 * Each endpoint knows the macvlan by another address: who waits for an answer learns from anybody's question as well.
 */
import type { CheckSpec } from "../model/scenario.ts";
import type { HostMacvlan, StacksEndpoint } from "../model/stacks-look.ts";
import type { Endpoint } from "../model/topology.ts";
import type { Mode } from "../model/vocabulary.ts";
import { endpointCommand } from "./commands.ts";
import {
  OUTSIDE,
  type Site,
  type SiteDevice,
  type SitePart,
  siteAddress,
  siteInternet,
  siteName,
  upLines,
} from "./site.ts";
import { ECHO_BYTES, type SiteTalk, type SiteTurn } from "./site-talk.ts";

/** One lower device and what is on it. */
export interface Estate {
  readonly part: number;
  readonly host: Endpoint;
  readonly endpoints: readonly Resident[];
}

export interface Resident {
  readonly endpoint: Endpoint;
  readonly namespace: string;
  readonly internet: string;
  /** The host's, as this one knows it. */
  readonly hosts: string;
}

export interface HostMacvlanCheck extends CheckSpec {
  readonly setUp: HostMacvlan;
}

const HOST = 1;
const LOWER = 254;
const FIRST_ENDPOINT = 10;
/** More than an endpoint's, less than the narrower route ends at. */
const HOSTS = 100;

export function turnsWithin(estate: Estate, checks: readonly HostMacvlanCheck[]): SiteTurn[] {
  return checks.flatMap((check) =>
    talksOf(estate, check).map((talk, turn) => ({
      reflectiveRelay: check.reflectiveRelay ?? false,
      turn,
      talks: [talk],
    })),
  );
}

export function estateOf(part: number, mode: Mode, asked: readonly StacksEndpoint[]): Estate {
  const wanted = new Map(asked.map((endpoint) => [nameOf(endpoint), endpoint]));
  const lower = siteName(part, "");
  const host = { name: siteName(part, "h"), lower, kind: "macvlan" as const, mode, address: siteAddress(part, HOST) };
  const endpoints = [...wanted.values()].map(({ kind, mode: own }, index): Resident => {
    const number = FIRST_ENDPOINT + index;
    const name = siteName(part, nameOf({ kind, mode: own }));
    const sources = own === "source" ? { sources: [host.address, OUTSIDE.address] } : {};
    const endpoint = { name, lower, kind, mode: own, address: siteAddress(part, number), ...sources };
    return {
      endpoint,
      namespace: `mv-${nameOf({ kind, mode: own })}`,
      internet: siteInternet(part, number),
      hosts: siteInternet(part, HOSTS + number),
    };
  });
  const listed = [...endpoints.map(({ endpoint }) => endpoint.address), OUTSIDE.address];
  return { part, host: mode === "source" ? { ...host, sources: listed } : host, endpoints };
}

const nameOf = ({ kind, mode }: StacksEndpoint): string => `${kind === "macvlan" ? "v" : "t"}${mode.slice(0, 3)}`;

export const hostSpace = (part: number): string => `mv-${siteName(part, "host")}`;

export function partOf(estate: Estate): SitePart {
  const { part, host, endpoints } = estate;
  const [lower, port, namespace] = [siteName(part, ""), siteName(part, "p"), hostSpace(part)];
  const taps = endpoints.filter(({ endpoint }) => endpoint.kind === "macvtap");
  const stack = (name: string, space: string, description: string): SiteDevice => ({
    name,
    namespace: space,
    description,
  });
  return {
    namespaces: [namespace, ...endpoints.map((resident) => resident.namespace)],
    cables: [{ name: lower, port, address: siteAddress(part, LOWER), namespace, reflects: true }],
    batches: [
      { namespace, lines: hostLines(estate) },
      ...endpoints.map((resident) => ({ namespace: resident.namespace, lines: residentLines(resident) })),
    ],
    devices: [
      stack(lower, namespace, "the lower device"),
      stack(host.name, namespace, `the host's own macvlan on it, ${host.mode}`),
      ...endpoints.map(({ endpoint: { name, kind, mode }, namespace: own }) => stack(name, own, `${kind}/${mode}`)),
    ],
    guests: taps.map(({ endpoint, namespace: guest }) => ({ device: endpoint.name, host: namespace, guest })),
    behind: [host, ...endpoints.map(({ endpoint }) => endpoint)].map(({ address }) => ({ address, port })),
    settings: endpoints.map((resident) => ({
      namespace: resident.namespace,
      name: "ipv4/conf/all/arp_ignore",
      value: 1,
    })),
  };
}

/** The macvlan has a single address, and a route that is narrower than the lower device's. */
function hostLines({ part, host, endpoints }: Estate): string[] {
  const lower = siteName(part, "");
  return [
    ...upLines(lower),
    `address add ${siteInternet(part, LOWER)}/24 dev ${lower}`,
    endpointCommand(host),
    ...upLines(host.name),
    ...endpoints.map(({ hosts }) => `address add ${hosts}/32 dev ${host.name}`),
    `route add ${siteInternet(part, 0)}/25 dev ${host.name}`,
    ...endpoints.flatMap(({ endpoint, namespace }) => [
      endpointCommand(endpoint),
      ...(endpoint.kind === "macvtap" ? upLines(endpoint.name) : [`link set ${endpoint.name} netns ${namespace}`]),
    ]),
  ];
}

function residentLines({ endpoint: { name, kind, address }, internet }: Resident): string[] {
  const tap = [`tuntap add dev ${name} mode tap`, `link set ${name} address ${address}`];
  return [...(kind === "macvtap" ? tap : []), ...upLines(name), `address add ${internet}/24 dev ${name}`];
}

/** The namespace of the host whose lower device an endpoint is on. */
export function hostSpaceOf({ parts }: Site, endpoint: string): string {
  const part = parts.find(({ devices }) => devices.some(({ name }) => name === endpoint));
  return part?.cables[0]?.namespace ?? "";
}

export function residentOf({ part, endpoints }: Estate, asked: StacksEndpoint): Resident {
  const found = endpoints.find(({ endpoint }) => endpoint.name === siteName(part, nameOf(asked)));
  if (!found) throw new RangeError(`"${nameOf(asked)}" is not there`);
  return found;
}

/** In turns: each direction finds the other's stack knowing nothing. */
function talksOf(estate: Estate, { id, setUp }: HostMacvlanCheck): SiteTalk[] {
  const { part, host } = estate;
  const resident = residentOf(estate, setUp.endpoint);
  const common = { check: id, word: "icmp", bytes: ECHO_BYTES } as const;
  const [own, other] = [resident.endpoint.name, [siteName(part, ""), host.name]];
  const { internet, hosts } = resident;
  return [
    { ...common, name: "endpoint>host", from: own, to: other, source: internet, destination: hosts },
    { ...common, name: "host>endpoint", from: host.name, to: [own], source: hosts, destination: internet },
  ];
}
