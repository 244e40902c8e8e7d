/** Rules of the lower device's receive handler `macvlan_handle_frame`, and of what comes before it, in order. */
import type { Mode } from "../../model/vocabulary.ts";
import type { DriverFacts } from "../generations.ts";
import type { Wording } from "../rule.ts";
import { rule } from "../rule.ts";

const isRelayed = (mode: Mode): boolean => mode === "vepa" || mode === "bridge";

/** D2: where a group frame's receivers are chosen. */
function receiversIn({ hasMulticastRx }: DriverFacts): Partial<Wording> {
  return hasMulticastRx ? {} : { functions: ["macvlan_process_broadcast", "macvlan_broadcast"] };
}

export const RECEIVE_RULES = {
  "vlan-before-handler": rule({
    functions: ["__netif_receive_skb_core", "vlan_do_receive"],
    text: "a VLAN device on the lower device gets the frames with its tag before the endpoints can, whoever they are for",
    quoted: "when-true",
    decide: (tagged: boolean, hasVlanDevice: boolean) => tagged && hasVlanDevice,
  }),
  "up-is-hashed": rule({
    functions: ["macvlan_open", "macvlan_stop", "macvlan_hash_lookup"],
    text: "an endpoint that is down neither sends nor is found by its address",
    quoted: "when-false",
    decide: (up: boolean) => up,
  }),
  "source-list-copies": rule({
    functions: ["macvlan_forward_source", "macvlan_handle_frame"],
    text: "a source endpoint gets a copy of every frame that arrives from an address on its list, and of no other",
    decide: (listed: boolean) => listed,
  }),
  "nodst-consumes": rule({
    functions: ["macvlan_forward_source"],
    text: "a source endpoint with nodst keeps the frames of its listed senders from every other destination",
    quoted: "when-true",
    decide: (nodst: boolean) => nodst,
  }),
  "source-copy-needs-up": rule({
    functions: ["macvlan_forward_source_one"],
    text: "a source endpoint that is down gets no copies",
    quoted: "when-false",
    decide: (up: boolean) => up,
  }),
  "source-copy-keeps-type": rule({
    functions: ["macvlan_forward_source_one"],
    text: "a source endpoint's copy keeps its packet type unless it is addressed to the endpoint",
    quoted: "when-true",
    decide: (addressedToEndpoint: boolean) => !addressedToEndpoint,
  }),
  "own-group-frame-returns": rule({
    functions: ["macvlan_handle_frame", "macvlan_broadcast_one"],
    text: "a group frame that comes back to a private, source or passthru sender goes to that sender and nobody else",
    quoted: "when-true",
    decide: (sender: Mode) => !isRelayed(sender),
  }),
  "group-from-outside": rule({
    functions: ["macvlan_multicast_rx", "macvlan_broadcast"],
    text: "a group frame from outside goes to every endpoint but source ones",
    varies: receiversIn,
    decide: (receiver: Mode) => receiver !== "source",
  }),
  "group-from-vepa": rule({
    functions: ["macvlan_multicast_rx", "macvlan_broadcast"],
    text: "a vepa endpoint's group frame that comes back goes to the vepa and bridge endpoints but itself",
    varies: receiversIn,
    decide: (receiver: Mode, isSender: boolean) => isRelayed(receiver) && !isSender,
  }),
  "group-from-bridge": rule({
    functions: ["macvlan_multicast_rx", "macvlan_broadcast"],
    text: "a bridge endpoint's group frame that comes back goes to the vepa endpoints alone",
    varies: (facts: DriverFacts) => ({
      ...receiversIn(facts),
      ...(facts.returningGroupReachesBridge && {
        text: "a bridge endpoint's group frame that comes back goes to all vepa and bridge endpoints, itself included",
      }),
    }),
    decide: (receiver: Mode, isSender: boolean, reachesBridge: boolean) =>
      reachesBridge ? isRelayed(receiver) : receiver === "vepa" && !isSender,
  }),
  "multicast-filter": rule({
    functions: ["macvlan_broadcast", "mc_hash", "macvlan_set_mac_lists"],
    text: "an endpoint's filter lets broadcast and the groups it joined through",
    decide: (broadcast: boolean, joined: boolean) => broadcast || joined,
  }),
  "group-passes-on": rule({
    functions: ["macvlan_handle_frame"],
    text: "a group frame goes on to the lower device's host whoever else got it",
    decide: () => true,
  }),
  "passthru-takes-unicast": rule({
    functions: ["macvlan_handle_frame"],
    text: "a passthru endpoint gets every unicast frame that arrives, whatever its destination",
    quoted: "when-true",
    decide: (passthruPort: boolean) => passthruPort,
  }),
  "unicast-by-destination": rule({
    functions: ["macvlan_handle_frame", "macvlan_hash_lookup"],
    text: "a unicast frame goes to the endpoint it is addressed to, whatever the modes of the two, and to no other",
    decide: (addressedToEndpoint: boolean) => addressedToEndpoint,
  }),
  "source-never-by-destination": rule({
    functions: ["macvlan_handle_frame"],
    text: "a source endpoint gets nothing for being the destination",
    quoted: "when-true",
    decide: (owner: Mode) => owner === "source",
  }),
  "down-passthru-swallows": rule({
    functions: ["macvlan_handle_frame"],
    text: "a passthru endpoint that is down swallows every unicast frame that arrives",
    quoted: "when-true",
    decide: (up: boolean) => !up,
  }),
  "unicast-becomes-host": rule({
    functions: ["macvlan_handle_frame"],
    text: "the unicast frames an endpoint gets count as addressed to it",
    quoted: "never",
    decide: () => true,
  }),
  "rest-to-lower-host": rule({
    functions: ["macvlan_handle_frame"],
    text: "a unicast frame no endpoint takes goes on to the lower device's host",
    decide: (taken: boolean) => !taken,
  }),
} as const;
