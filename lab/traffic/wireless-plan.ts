/** Every frame of the wireless scenario, numbered, in waves: what is in the air of one wave is over before the next. */
import type { Mac } from "../model/topology.ts";
import { BROADCAST } from "../topology/addresses.ts";
import { accessPointOf, type Radio, STATIONS, WIRELESS_NODES, type WirelessNode } from "../topology/wireless.ts";

export const WAVES = ["out-unicast", "out-broadcast", "out-fence", "in-unicast", "in-broadcast", "in-fence"] as const;
export type Wave = (typeof WAVES)[number];

export interface WirelessFrame {
  readonly id: number;
  readonly wave: Wave;
  /** The interface it is sent on. */
  readonly device: string;
  readonly source: Mac;
  readonly destination: Mac;
  readonly text: string;
}

export interface WirelessPlan {
  readonly frames: readonly WirelessFrame[];
  /** The access point's interface a station's frames arrive at. */
  readonly accessInterface: (station: Radio) => string;
}

/** @param fourAddress by station's address: the access point's interface for it. */
export function planWireless(fourAddress: ReadonlyMap<Mac, string>): WirelessPlan {
  const accessInterface = (station: Radio) => fourAddress.get(station.address) ?? accessPointOf(station).interface;
  const devices = [...new Set(STATIONS.map(accessInterface))];
  const stationOf = (device: string) => STATIONS.find((one) => accessInterface(one) === device) as Radio;
  const out = (wave: Wave, { interface: device, address: source, station }: Sender, group: boolean) => {
    const destination = group ? BROADCAST : accessPointOf(station).address;
    return { wave, device, source, destination, text: `wireless ${wave} from ${device}` };
  };
  const into = (wave: Wave, station: Radio, destination: Mac, to: string) => {
    const { address: source } = accessPointOf(station);
    return { wave, device: accessInterface(station), source, destination, text: `wireless ${wave} to ${to}` };
  };
  const frames = [
    ...WIRELESS_NODES.map((node) => out("out-unicast", node, false)),
    ...WIRELESS_NODES.map((node) => out("out-broadcast", node, true)),
    ...STATIONS.flatMap((one) => [false, true].map((group) => out("out-fence", { ...one, station: one }, group))),
    ...WIRELESS_NODES.map((node) => into("in-unicast", node.station, node.address, node.interface)),
    ...devices.map((device) => into("in-broadcast", stationOf(device), BROADCAST, `all behind ${device}`)),
    ...STATIONS.map((station) => into("in-fence", station, station.address, station.interface)),
    ...devices.map((device) => into("in-fence", stationOf(device), BROADCAST, `all behind ${device}`)),
  ];
  return { frames: frames.map((frame, index) => ({ id: index + 1, ...frame })), accessInterface };
}

type Sender = Pick<WirelessNode, "interface" | "address" | "station">;

/** The frame that shows what a node sends, or gets. */
export function frameFor(
  { frames, accessInterface }: WirelessPlan,
  node: WirelessNode,
  direction: "out" | "in",
  to: "unicast" | "broadcast",
): WirelessFrame {
  const wave: Wave = `${direction}-${to}`;
  const device = direction === "out" ? node.interface : accessInterface(node.station);
  const destination = to === "broadcast" ? BROADCAST : direction === "in" ? node.address : undefined;
  const found = frames.find(
    (frame) =>
      frame.wave === wave &&
      frame.device === device &&
      (destination === undefined || frame.destination === destination),
  );
  return found as WirelessFrame;
}
