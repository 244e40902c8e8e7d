/**
 * A wireless network of simulated radios in one guest: two access points, one of them for 4-address stations, and for
 * each three stations, since a passthru endpoint wants a lower device to itself. Everything is known in advance.
 */
import type { Mac } from "../model/topology.ts";
import { ENDPOINT_KINDS, type EndpointKind, MODES, type Mode } from "../model/vocabulary.ts";
import type { WirelessParty } from "../model/wireless.ts";
import { unicastAddress } from "./addresses.ts";

/** Network namespaces. */
export const ACCESS_POINT = "access-point";
export const STATION = "station";
/** mac80211_hwsim's own monitor: every frame of every radio, as it is on the air. */
export const AIR = "hwsim0";

export interface Radio {
  /** Its number, which its phy and its interface are named by. */
  readonly number: number;
  readonly interface: string;
  readonly address: Mac;
  readonly fourAddress: boolean;
}

/** Somebody who talks to the access point: an endpoint, or a station's own stack. */
export interface WirelessNode {
  readonly party: WirelessParty;
  readonly interface: string;
  readonly address: Mac;
  readonly station: Radio;
  /** Of its subnet with the access point, for pings. */
  readonly subnet: number;
}

function radio(number: number, fourAddress: boolean): Radio {
  return { number, interface: `wlan${number}`, address: `02:00:00:00:0${number}:00`, fourAddress };
}

const STATIONS_EACH = 3;
export const ACCESS_POINTS: readonly Radio[] = [radio(0, false), radio(1, true)];
export const STATIONS: readonly Radio[] = [2, 3, 4, 5, 6, 7].map((number) => radio(number, number > 4));

export function accessPointOf({ fourAddress }: Pick<Radio, "fourAddress">): Radio {
  return ACCESS_POINTS[Number(fourAddress)] as Radio;
}

/** The first station of each access point carries everything but the passthru endpoints. */
function stationFor(party: WirelessParty, fourAddress: boolean): Radio {
  const own = party !== "station" && party.mode === "passthru" ? 1 + ENDPOINT_KINDS.indexOf(party.kind) : 0;
  return STATIONS[Number(fourAddress) * STATIONS_EACH + own] as Radio;
}

const ADDRESSES = 0xa00000;

function endpointNode(kind: EndpointKind, mode: Mode, fourAddress: boolean): WirelessNode {
  const number = 1 + MODES.length * ENDPOINT_KINDS.indexOf(kind) + MODES.indexOf(mode);
  const party = { kind, mode };
  const station = stationFor(party, fourAddress);
  const subnet = number + (fourAddress ? 100 : 0);
  const address = mode === "passthru" ? station.address : unicastAddress(ADDRESSES + subnet);
  const name = `${kind.slice(3)}-${mode}-${fourAddress ? 4 : 3}`;
  return { party, interface: name, address, station, subnet };
}

export function wirelessNodes(fourAddress: boolean): WirelessNode[] {
  const station = stationFor("station", fourAddress);
  const own: WirelessNode = { party: "station", ...station, station, subnet: fourAddress ? 100 : 0 };
  return [own, ...ENDPOINT_KINDS.flatMap((kind) => MODES.map((mode) => endpointNode(kind, mode, fourAddress)))];
}

export const WIRELESS_NODES: readonly WirelessNode[] = [...wirelessNodes(false), ...wirelessNodes(true)];

/** Two parties are one when they have the same name. */
export function nodeOf(party: WirelessParty, fourAddress: boolean): WirelessNode {
  const same = ({ party: one }: WirelessNode) =>
    one === party || (one !== "station" && party !== "station" && one.kind === party.kind && one.mode === party.mode);
  return WIRELESS_NODES.find((node) => same(node) && node.station.fourAddress === fourAddress) as WirelessNode;
}

/** A line for `ip -batch`, in the stations' namespace. Everybody's list names the access point. */
export function nodeCommands({ party, interface: name, address, station }: WirelessNode): string[] {
  if (party === "station") return [];
  const own = party.mode === "passthru" ? "" : ` address ${address}`;
  const list = party.mode === "source" ? ` macaddr set ${accessPointOf(station).address}` : "";
  return [
    `link add link ${station.interface} name ${name}${own} type ${party.kind} mode ${party.mode}${list}`,
    `link set ${name} up`,
  ];
}
