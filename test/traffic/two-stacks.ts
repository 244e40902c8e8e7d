/** Two stacks, `left` and `right`, each in a namespace of its own: how they are cabled, and how plans of theirs begin. */
import { NONCE, untilUp } from "./talk-place.ts";

export const LEFT = "02:00:00:00:00:01";
export const RIGHT = "02:00:00:00:00:02";

export const CABLES = {
  "a veth pair": [`ip link add left netns left address ${LEFT} type veth peer name right address ${RIGHT} netns right`],
  "a bridge": [
    "ip link add switch up type bridge mcast_snooping 0",
    `ip link add left netns left address ${LEFT} type veth peer name port-left`,
    `ip link add right netns right address ${RIGHT} type veth peer name port-right`,
    "ip link set port-left master switch up",
    "ip link set port-right master switch up",
  ],
};
export const STACKS = [
  ...["ip -n left addr add 10.0.0.1/24 dev left", "ip -n right addr add 10.0.0.2/24 dev right"],
  ...["ip -n left addr add fd00::1/64 dev left nodad", "ip -n right addr add fd00::2/64 dev right nodad"],
  ...["ip -n left link set left up", "ip -n right link set right up", untilUp("left"), untilUp("right")],
];
export const START = [
  ...["ring 1024 2048", `nonce ${NONCE}`, "ns 0 left", "ns 1 right", "if 0 0 left", "if 1 1 right", "serve 1"],
  ...["forget 0", "forget 1", "wait 20 2000", "mark started"],
];
