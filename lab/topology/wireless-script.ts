/** The wireless network as the ordinary commands that build it. */
import type { Executor } from "../base/executor.ts";
import { errnoName } from "./errno.ts";
import {
  ACCESS_POINT,
  ACCESS_POINTS,
  AIR,
  nodeCommands,
  type Radio,
  STATION,
  STATIONS,
  WIRELESS_NODES,
} from "./wireless.ts";

/** Exit statuses of the script. */
export const NO_RADIOS = 65;
export const NO_PROGRAM = 66;
export const NO_ASSOCIATION = 67;

const PROGRAMS = ["arping", "hostapd", "iw", "modprobe", "ping", "wpa_supplicant"];
/** Tries, and seconds between them, that stations are given to associate. */
const ASSOCIATION = { tries: 150, interval: 0.2 };
const CHANNELS = [
  { channel: 1, frequency: 2412 },
  { channel: 6, frequency: 2437 },
] as const;

/** A quiet network: stacks that say nothing by themselves. */
const QUIET = "for f in all default; do echo 1 > /proc/sys/net/ipv6/conf/$f/disable_ipv6; done";

/** @returns a script that ends once every station is associated; it prints hostapd's words about 4-address stations. */
export function wirelessScript({ workDirectory, slowness = 1 }: Executor): string {
  const log = (name: string) => `${workDirectory}/${name}.log`;
  const logs = `${log("hostapd")} ${log("supplicant")}`;
  const tries = Math.ceil(ASSOCIATION.tries * slowness);
  const associated = `$(grep -c CTRL-EVENT-CONNECTED ${log("supplicant")}) -eq ${STATIONS.length}`;
  const fourAddress = STATIONS.filter((station) => station.fourAddress);
  const added = `$(grep -c WDS-STA-INTERFACE-ADDED ${log("hostapd")}) -eq ${fourAddress.length}`;
  return [
    `for program in ${PROGRAMS.join(" ")}; do command -v $program >/dev/null || { echo $program >&2; exit ${NO_PROGRAM}; }; done`,
    `modprobe mac80211_hwsim radios=${ACCESS_POINTS.length + STATIONS.length} || exit ${NO_RADIOS}`,
    `ip netns add ${ACCESS_POINT} && ip netns add ${STATION} && ip link set ${AIR} up || exit`,
    ...ACCESS_POINTS.map(({ number }) => `iw phy phy${number} set netns name ${ACCESS_POINT} || exit`),
    ...STATIONS.map(({ number }) => `iw phy phy${number} set netns name ${STATION} || exit`),
    ...ACCESS_POINTS.flatMap((radio) => file(`${workDirectory}/${radio.interface}.conf`, hostapdLines(radio))),
    ...[false, true].flatMap((one) => file(`${workDirectory}/network${Number(one)}.conf`, networkLines(one))),
    ...inside(ACCESS_POINT, [
      QUIET,
      `exec hostapd -B -f ${log("hostapd")} ${ACCESS_POINTS.map(({ interface: name }) => `${workDirectory}/${name}.conf`).join(" ")}`,
    ]),
    ...inside(STATION, [
      QUIET,
      ...fourAddress.map(({ interface: name }) => `iw dev ${name} set 4addr on || exit`),
      ...STATIONS.map(({ interface: name }) => `ip link set ${name} up || exit`),
      `exec wpa_supplicant -B -f ${log("supplicant")} ${STATIONS.map((one) => networkOption(one, workDirectory)).join(" -N ")}`,
    ]),
    ...awaited(associated, [], tries, logs),
    ...awaited(added, fourAddress.map(speakUp), tries, logs),
    ...inside(STATION, [
      ...STATIONS.map(({ interface: name }) => `iw dev ${name} set power_save off || exit`),
      "ip link add mvl-port type bridge || exit",
      ...[false, true].flatMap(portLines),
      "ip link del mvl-port",
      "exec ip -batch - <<'LINES'",
      ...WIRELESS_NODES.flatMap(nodeCommands),
      "LINES",
    ]),
    `grep WDS-STA-INTERFACE-ADDED ${log("hostapd")}`,
  ].join("\n");
}

function awaited(condition: string, meanwhile: readonly string[], tries: number, logs: string): string[] {
  return [
    `n=0; until [ ${condition} ]; do`,
    `  n=$((n + 1)); [ $n -le ${tries} ] || { cat ${logs} >&2; exit ${NO_ASSOCIATION}; }`,
    ...meanwhile,
    `  sleep ${ASSOCIATION.interval}`,
    "done",
  ];
}

/** An access point makes an interface for a 4-address station once it hears such a frame; 5.10's says none by itself. */
function speakUp({ interface: name }: Radio): string {
  return `  ip netns exec ${STATION} arping -q -D -c 1 -w 1 -I ${name} 198.19.254.1 >/dev/null 2>&1`;
}

/** Tries to make a station a port of a bridge, before anything else takes its frames; says what came of it. */
function portLines(fourAddress: boolean): string[] {
  const { interface: name } = STATIONS.find((station) => station.fourAddress === fourAddress) as Radio;
  return [
    `said=$(ip link set ${name} master mvl-port 2>&1) && said=none`,
    `echo "port ${fourAddress}: $said"`,
    `ip link set ${name} nomaster`,
  ];
}

/** By whether it speaks 4-address frames: the errno name a bridge refused a station with, or `none`. */
export function refusedPorts(output: string): Map<boolean, string> {
  const found = [...output.matchAll(/^port (true|false): (.*)$/gm)];
  return new Map(found.map(([, four, said = ""]) => [four === "true", said === "none" ? "none" : errnoName(said)]));
}

/** What is on the radios, and who made it, goes. */
export function wirelessRemoval(): string {
  return [
    `for name in ${ACCESS_POINT} ${STATION}; do`,
    "  for pid in $(ip netns pids $name); do kill $pid; done",
    "  ip netns del $name",
    "done 2>/dev/null",
    "n=0; until modprobe -r mac80211_hwsim 2>/dev/null; do n=$((n + 1)); [ $n -le 20 ] || break; sleep 0.1; done",
  ].join("\n");
}

function inside(namespace: string, lines: readonly string[]): string[] {
  return [`ip netns exec ${namespace} sh <<'INSIDE' || exit`, ...lines, "INSIDE"];
}

function file(path: string, lines: readonly string[]): string[] {
  return [`cat > ${path} <<'END' || exit`, ...lines, "END"];
}

function networkOf(fourAddress: boolean) {
  return { ssid: `macvlab${fourAddress ? "-4addr" : ""}`, ...CHANNELS[Number(fourAddress) as 0 | 1] };
}

/** An open network: with a key of its own a stranger would be turned away for lack of it as well. Beacons are few. */
function hostapdLines({ interface: name, fourAddress }: Radio): string[] {
  const { ssid, channel } = networkOf(fourAddress);
  return [
    ...[`interface=${name}`, "driver=nl80211", `ssid=${ssid}`, "hw_mode=g", `channel=${channel}`],
    ...["beacon_int=500", "dtim_period=1", ...(fourAddress ? ["wds_sta=1"] : [])],
  ];
}

function networkLines(fourAddress: boolean): string[] {
  const { ssid, frequency } = networkOf(fourAddress);
  return ["network={", `  ssid="${ssid}"`, "  key_mgmt=NONE", `  scan_freq=${frequency}`, "}"];
}

function networkOption({ interface: name, fourAddress }: Radio, directory: string): string {
  return `-D nl80211 -i ${name} -c ${directory}/network${Number(fourAddress)}.conf`;
}

/** By station's address: the access point's interface for that 4-address station, as hostapd's log has it. */
export function fourAddressInterfaces(log: string): Map<string, string> {
  const found = [...log.matchAll(/WDS-STA-INTERFACE-ADDED ifname=(\S+) sta_addr=(\S+)/g)];
  return new Map(found.map(([, name = "", address = ""]) => [address, name]));
}
