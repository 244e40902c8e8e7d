/** Network cards of a guest made ready: named as the macvtaps they are, and what stands on top of them. */
import type { Mac } from "../model/topology.ts";
import { QUIET } from "./build.ts";
import { STRICT } from "./payload-place.ts";

export interface CardDevice {
  readonly name: string;
  readonly address: Mac;
  /** Whether it hands the guest everything its macvtap has for it. */
  readonly promiscuous: boolean;
}

/** @param over lines for `ip -batch`, once the cards are up. What the drivers called the cards only they know. */
export function cardScript(cards: readonly CardDevice[], over: readonly string[]): string {
  return [
    ...QUIET,
    STRICT,
    "for device in /sys/class/net/*; do",
    "read address < $device/address",
    "case $address in",
    ...cards.map(({ name, address }) => `${address}) echo "link set \${device##*/} name ${name}" ;;`),
    "esac",
    "done > /run/macvlab/names",
    "ip -batch /run/macvlab/names || exit",
    "exec ip -batch - <<'END'",
    ...cards.map(({ name, promiscuous }) => `link set ${name} up${promiscuous ? " promisc on" : ""}`),
    ...over,
    "END",
  ].join("\n");
}
