/**
 * Three devices of one stack in one subnet: who answers for which address. Written from net/ipv4/arp.c and
 * net/ipv4/fib_frontend.c, in which the reviewed kernels agree.
 */
import type { SeveralAddresses } from "../model/stacks-look.ts";
import type { StacksPrediction } from "./stacks-prediction.ts";

const DEVICES = ["first", "second", "third"] as const;
type Device = (typeof DEVICES)[number];

const TAKEN = "macvlan_multicast_rx: a question to everybody from outside arrives at each of them";
const ANY = "arp_process: a stack asked for any of its addresses answers from every device it was asked on";
const IGNORES = "arp_ignore: 1 and 2 leave the answer to the device that has the address";
const FILTERS = "arp_filter: only the device the stack would send to the asker by answers";
const STRICT =
  "__fib_validate_source: with a strict rp_filter a question counts only on the device its asker would be sent to by";
const FIRST = "fib_table_lookup: of three routes to one subnet the one made first is taken";
const RULES = "fib_rules_lookup: with a rule for each address its own device is taken";
const SAYS = "arp_solicit: a question names the address that is spoken from, whatever device it is asked on";
const ANNOUNCES = "arp_solicit: with arp_announce 2 a question names an address of the device it is asked on";

export function severalAddresses(setUp: SeveralAddresses): StacksPrediction {
  const { arpIgnore, arpAnnounce, arpFilter, rpFilter, bySource } = setUp;
  const by = (address: Device): Device => (bySource ? address : "first");
  const answers = (address: Device) =>
    DEVICES.filter((device) => arpIgnore === 0 || device === address)
      .filter((device) => arpFilter === 0 || device === by(address))
      .filter((device) => rpFilter !== 1 || device === by(address));
  const asking = (address: Device) => (arpAnnounce === 0 || by(address) === address ? [by(address)] : ([] as Device[]));
  const reached = DEVICES.filter((address) => answers(address).length > 0);
  const value = [
    `answered: ${DEVICES.map((address) => `${address}=${listOf(answers(address))}`).join(" ")}`,
    `asking: ${DEVICES.map((address) => `${address}=${listOf(asking(address))}`).join(" ")}`,
    `leaving: ${DEVICES.map((address) => `${address}=${by(address)}`).join(" ")}`,
    `reached: ${listOf(reached)}`,
  ];
  const rules = [
    ...[TAKEN, ANY, ...(arpIgnore > 0 ? [IGNORES] : []), ...(arpFilter > 0 ? [FILTERS] : [])],
    ...[...(rpFilter === 1 ? [STRICT] : []), bySource ? RULES : FIRST, arpAnnounce > 0 ? ANNOUNCES : SAYS],
  ];
  return { value: value.join("; "), rule: rules.join("; ") };
}

const listOf = (devices: readonly Device[]): string => devices.join("+") || "nobody";
