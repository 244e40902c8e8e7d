/** Rules of making and changing endpoints, in the order the kernel asks them. True means what the text says first. */
import type { Mode } from "../../model/vocabulary.ts";
import { rule } from "../rule.ts";

export const MTU_RULES = {
  "mtu-range": rule({
    functions: ["macvlan_common_setup", "veth_setup"],
    text: "an MTU below 68 or above 65535 is refused with EINVAL",
    quoted: "when-true",
    decide: (mtu: number) => mtu < 68 || mtu > 65535,
  }),
  "mtu-inherited": rule({
    functions: ["macvlan_common_newlink"],
    text: "an endpoint made without an MTU gets its lower device's",
    quoted: "when-true",
    decide: (given: boolean) => !given,
  }),
  "mtu-above-lower": rule({
    functions: ["macvlan_common_newlink"],
    text: "an endpoint with an MTU above its lower device's is refused with EINVAL",
    decide: (mtu: number, lower: number) => mtu > lower,
  }),
  "mtu-raised-above-lower": rule({
    functions: ["macvlan_change_mtu"],
    text: "an MTU above the lower device's is refused with EINVAL",
    decide: (mtu: number, lower: number) => mtu > lower,
  }),
  "mtu-follows-down": rule({
    functions: ["macvlan_device_event"],
    text: "a changed MTU of the lower device takes along the endpoints above it, and leaves the others",
    decide: (endpoint: number, lower: number) => endpoint > lower,
  }),
} as const;

export const MODE_RULES = {
  "mode-default": rule({
    functions: ["macvlan_common_newlink"],
    text: "an endpoint made without naming a mode is in vepa mode",
    quoted: "when-true",
    decide: (given: boolean) => !given,
  }),
  "mode-changes-at-once": rule({
    functions: ["macvlan_changelink"],
    text: "a mode can be changed at any time and is in force from the next frame on",
    decide: () => true,
  }),
  "mode-is-told": rule({
    functions: ["macvlan_fill_info"],
    text: "the mode a device is in is told with its details",
    decide: () => true,
  }),
  "passthru-is-for-life": rule({
    functions: ["macvlan_changelink"],
    text: "changing to passthru or away from it is refused with EINVAL",
    quoted: "when-true",
    decide: (from: Mode, to: Mode) => (from === "passthru") !== (to === "passthru"),
  }),
} as const;

export const ADDRESS_RULES = {
  "passthru-takes-lower-address": rule({
    functions: ["macvlan_common_newlink"],
    text: "a passthru endpoint has its lower device's address even where another is given",
    quoted: "when-true",
    decide: (mode: Mode) => mode === "passthru",
  }),
  "address-generated": rule({
    functions: ["macvlan_common_newlink"],
    text: "an endpoint made without an address gets a random one, a given one is used",
    decide: (given: boolean) => !given,
  }),
} as const;

export const REFUSAL_RULES = {
  "passthru-closes-lower": rule({
    functions: ["macvlan_common_newlink"],
    text: "a lower device with a passthru endpoint takes no other endpoint: EINVAL",
    quoted: "when-true",
    decide: (passthruPort: boolean) => passthruPort,
  }),
  "passthru-needs-empty-lower": rule({
    functions: ["macvlan_common_newlink"],
    text: "a passthru endpoint is refused with EINVAL where the lower device has an endpoint already",
    decide: (siblings: number) => siblings > 0,
  }),
  "list-needs-source-mode": rule({
    functions: ["macvlan_common_newlink"],
    text: "a source list for an endpoint in another mode than source is refused with EINVAL",
    decide: (mode: Mode) => mode !== "source",
  }),
  "busy-address-may-be-made": rule({
    functions: ["macvlan_common_newlink"],
    text: "an address in use already is no obstacle to making an endpoint, only to bringing it up",
    decide: () => true,
  }),
  "passthru-opens-unchecked": rule({
    functions: ["macvlan_open"],
    text: "a passthru endpoint comes up with its lower device's address",
    quoted: "when-true",
    decide: (passthruPort: boolean) => passthruPort,
  }),
  "lower-address-busy": rule({
    functions: ["macvlan_addr_busy", "macvlan_open"],
    text: "an endpoint with its lower device's address does not come up: EADDRINUSE",
    decide: (sameAddress: boolean) => sameAddress,
  }),
  "sibling-address-busy": rule({
    functions: ["macvlan_addr_busy", "macvlan_open", "macvlan_hash_lookup"],
    text: "an endpoint with the address of a sibling that is up does not come up: EADDRINUSE",
    decide: (sameAddress: boolean) => sameAddress,
  }),
  "leaving-source-empties-list": rule({
    functions: ["macvlan_changelink"],
    text: "leaving source mode empties the source list",
    quoted: "when-true",
    decide: (from: Mode, to: Mode) => from === "source" && to !== "source",
  }),
} as const;
