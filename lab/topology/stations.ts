/** A simulated station as a lower device, and its access point as the switch's port: the commands of one such cable. */
import type { Lower } from "../model/topology.ts";

const RUN = "/run";
/** Each pair on a channel of its own: 2412 MHz and up. */
const frequency = (number: number): number => 2412 + 5 * number;
const file = (path: string, lines: readonly string[]): string[] => [`cat > ${path} <<'FILE' || exit`, ...lines, "FILE"];

/** Lines of a shell: both radios get their names and talk; the station is operational once it is associated. */
export function stationLines({ name, port, address }: Lower, number: number): string[] {
  const [point, client] = [`${RUN}/${port}`, `${RUN}/${name}`];
  return [
    `ip link set card${number} name ${name} address ${address} txqueuelen 16384 || exit`,
    `ip link set port${number} name ${port} txqueuelen 16384 || exit`,
    ...file(`${point}.conf`, [
      ...[`interface=${port}`, "driver=nl80211", `ssid=${port}`, "hw_mode=g", `channel=${number + 1}`],
      ...["beacon_int=500", "dtim_period=1"],
    ]),
    ...file(`${client}.conf`, [
      "network={",
      `  ssid="${port}"`,
      "  key_mgmt=NONE",
      `  scan_freq=${frequency(number)}`,
      "}",
    ]),
    `rm -f ${point}.log; hostapd -B -P ${point}.pid -f ${point}.log ${point}.conf || exit`,
    // Until then it may still make an access point of the radio, which takes it out of the switch again.
    `n=0; until grep -q AP-ENABLED ${point}.log; do n=$((n + 1)); [ $n -le 100 ] || { cat ${point}.log >&2; exit 1; }; sleep 0.05; done`,
    `ip link set ${name} up || exit`,
    `wpa_supplicant -B -P ${client}.pid -f ${client}.log -D nl80211 -i ${name} -c ${client}.conf || exit`,
  ];
}

/** Lines of a shell that end both programs and give the radios back. */
export function stationBack({ name, port }: Lower, number: number): string[] {
  return [
    // One that is not gone yet would take its radio back from whoever has it next.
    `for f in ${RUN}/${name}.pid ${RUN}/${port}.pid; do [ -e $f ] && read pid < $f && kill $pid || continue`,
    "  n=0; while [ -d /proc/$pid ] && [ $n -lt 100 ]; do n=$((n + 1)); sleep 0.05; done; done",
    `ip link set ${name} down; ip link set ${name} name card${number}`,
    `ip link set ${port} nomaster; ip link set ${port} down; ip link set ${port} name port${number}`,
  ];
}
