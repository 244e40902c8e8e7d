/** Rules of what single frames meet beside endpoints: packet sockets, bridges on top, several openers, changes between. */
import type { EndpointKind } from "../../model/vocabulary.ts";
import { rule } from "../rule.ts";

export const FRAMES_RULES = {
  "sockets-see-arrivals": rule({
    functions: ["__netif_receive_skb_core"],
    text: "a packet socket sees what arrives on its interface before a receive handler takes it",
    decide: () => true,
  }),
  "sockets-see-departures": rule({
    functions: ["dev_queue_xmit_nit"],
    text: "a packet socket sees what is handed to its interface to be sent",
    decide: () => true,
  }),
  "forwarding-port-sends": rule({
    functions: ["should_deliver"],
    text: "of STP a port only asks whether it forwards",
    decide: (forwards: boolean) => forwards,
  }),
  "one-handler-a-device": rule({
    functions: ["br_add_if", "netdev_rx_handler_register", "macvtap_newlink"],
    text: "a macvtap cannot be a port of a bridge, having a receive handler already, and a macvlan can",
    decide: (kind: EndpointKind) => kind === "macvtap",
  }),
  "inner-bridge-keeps": rule({
    functions: ["br_handle_frame_finish"],
    text: "a bridge passes up what is addressed to its own address and a copy of every group frame",
    quoted: "when-true",
    decide: (own: boolean, group: boolean) => own || group,
  }),
  "inner-bridge-forwards": rule({
    functions: ["br_handle_frame_finish", "br_flood"],
    text: "a bridge sends what is not for itself alone out of its other port",
    decide: (own: boolean) => !own,
  }),
  "openers-share-flows": rule({
    functions: ["tap_get_queue", "tap_open"],
    text: "each opener of a character device is a queue, and a frame goes to one of them, the same for all of a flow",
    decide: (openers: number, flows: number) => openers > 1 && flows > 1,
  }),
  "any-opener-sends": rule({
    functions: ["tap_get_user"],
    text: "what any opener of its character device writes is sent by the macvtap",
    decide: () => true,
  }),
  "short-queue-drops": rule({
    functions: ["macvlan_broadcast_enqueue", "macvlan_handle_frame"],
    text: "a group frame the queue has no room for gets to no endpoint and counts as dropped by the lower device",
    quoted: "when-true",
    decide: (room: number) => room < 1,
  }),
  "list-changes-at-once": rule({
    functions: ["macvlan_changelink_sources", "macvlan_changelink"],
    text: "an address put on a source list or taken off it counts from the next frame on",
    decide: () => true,
  }),
  "moved-comes-down": rule({
    functions: ["macvlan_stop"],
    text: "an endpoint that is moved to another namespace is taken down",
    decide: () => true,
  }),
  "lower-comes-back": rule({
    functions: ["macvlan_device_event"],
    text: "endpoints follow their lower device down and up again",
    decide: () => true,
  }),
} as const;
