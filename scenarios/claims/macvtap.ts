/** What is claimed about macvtap. */
import type { Claim } from "../../lab/model/claim.ts";
import { LAYER2_TRAFFIC, MODES, TALKS } from "../../lab/model/vocabulary.ts";
import { frames, inGuests, SHARING, siblings, talks, withLowerHost } from "./select.ts";

const TAP = { kinds: ["macvtap"] } as const;
const hostsMacvlan = (relay: boolean) => [
  siblings(["bridge"], ["bridge"], { relay, from: TAP, to: { kinds: ["macvlan"] } }),
  siblings(["bridge"], ["bridge"], { relay, from: { kinds: ["macvlan"] }, to: TAP }),
];

const CAPTURES = ["ledger capture-macvtap-*"];
const BRIDGE_SIBLINGS = ["ledger capture-lower-bridge-siblings-*"];
const CARD_OPENERS = ["guest-nics card-second-opener-*"];
const CARD_ADDRESSES = ["guest-nics card-address-*"];
const SECOND_OPENER = MODES.map((mode) => `ledger second-opener-${mode}`);

export const MACVTAP_CLAIMS: readonly Claim[] = [
  {
    id: "T1",
    text: "macvtap knows the same modes with the same reachability as macvlan, for every pairing of the two kinds.",
    parts: [
      {
        says: "frames fare alike whatever the kinds of the two ends are",
        cells: [{ traffic: LAYER2_TRAFFIC }],
        alike: "kinds",
      },
      {
        says: "conversations fare alike whatever the kinds of the two ends are",
        cells: [{ traffic: TALKS }],
        alike: "kinds",
      },
      {
        says: "a macvtap whose character device nobody reads can still ping a host behind the switch",
        checks: ["basics ping-macvtap-external"],
        seen: "reached",
      },
    ],
  },
  {
    id: "T2",
    text: "macvtap is made through netlink only, not through the tun device; it persists until deleted; ip link del removes it and its node.",
    parts: [
      { says: "a netlink message makes a macvtap", checks: ["ledger tap-by-netlink"], seen: "macvtap" },
      { says: "/dev/net/tun makes an ordinary tap", checks: ["ledger tap-by-tun"], seen: "tun" },
      {
        says: "a macvtap outlives who had its device open",
        checks: ["ledger macvtap-outlives-opener"],
        seen: "macvtap",
      },
      {
        says: "/dev/net/tun neither takes a macvtap over nor away",
        checks: ["ledger tun-takes-macvtap", "ledger tun-removes-macvtap"],
        seen: ["EBUSY", "EINVAL"],
      },
      {
        says: "ip link del removes it, and so does the removal of its lower device",
        checks: ["ledger macvtap-removed", "ledger macvtap-removed-lower"],
        seen: "absent",
      },
      {
        says: "no node is left in the way of the next macvtap of its index",
        checks: ["ledger node-removed"],
        seen: "tapN 600 0:0, second",
      },
    ],
  },
  {
    id: "T3",
    text: "Its character device is /dev/tapN, N the interface index, readable by its owner alone; queue length 500; an ordinary tap has no such node. (Inside network namespaces too?)",
    parts: [
      {
        says: "a macvtap has /dev/tapN with mode 600, owned by root",
        checks: ["ledger node-of-macvtap", "ledger node-of-macvtap-up", "ledger node-mode-changed"],
        seen: "tapN 600 0:0, first",
      },
      { says: "a macvtap's queue length is 500", checks: ["ledger queue-of-macvtap"], seen: "500" },
      {
        says: "neither an ordinary tap nor a macvlan has such a node",
        checks: ["ledger node-of-tap", "ledger node-of-macvlan"],
        seen: "none",
      },
      {
        says: "a macvtap made in or moved to another network namespace has its node too",
        checks: ["ledger node-made-away", "ledger node-moved", "ledger node-moved-back"],
        seen: "tapN 600 0:0, first",
      },
      {
        asks: "whose node it is where two namespaces have a macvtap of one index",
        checks: ["ledger node-of-*twin*", "ledger node-after-*twin"],
      },
      { asks: "how long the queues of others are", checks: ["ledger queue-of-macvlan", "ledger queue-of-tap"] },
    ],
  },
  {
    id: "T4",
    text: "Capturing on the macvtap interface shows no traffic. (Both directions; which kernels?)",
    parts: [
      {
        says: "a capture on it shows nothing of what is sent through its device",
        checks: CAPTURES,
        shows: [{ frame: "first>external", count: "first:out=0" }],
      },
      {
        says: "a capture on it shows nothing of a frame for it",
        checks: CAPTURES,
        shows: [{ frame: "external>first", count: "first:in=0" }],
      },
      {
        says: "a capture on it shows nothing of a broadcast",
        checks: CAPTURES,
        shows: [{ frame: "external>everybody", count: "first:in=0" }],
      },
    ],
  },
  {
    id: "T5",
    text: "All guest traffic shows on the lower device, bridge-mode guest-to-guest included. (In which direction is it seen, and did it reach the wire?)",
    parts: [
      {
        says: "what a guest sends outside shows there as outgoing, what comes from outside as incoming",
        checks: ["ledger capture-lower-*-external"],
        shows: [
          { frame: "first>external", count: "lower:out=1" },
          { frame: "external>first", count: "lower:in=1" },
        ],
      },
      {
        says: "what a private, vepa or source guest sends a sibling shows there as outgoing",
        checks: ["private", "vepa", "source"].map((mode) => `ledger capture-lower-${mode}-siblings-*`),
        shows: [{ frame: "first>second", count: "lower:out=1" }],
      },
      {
        says: "a bridge guest's frame for a bridge guest shows there as incoming",
        checks: BRIDGE_SIBLINGS,
        shows: [{ frame: "first>second", count: "lower:in=1" }],
      },
      {
        says: "a bridge guest's frame for a bridge guest is never on the wire",
        checks: BRIDGE_SIBLINGS,
        shows: [{ frame: "first>second", count: "wire=0" }],
      },
      { asks: "how often each is seen, in which direction", checks: ["ledger capture-lower-*-siblings-*"] },
    ],
  },
  {
    id: "T6",
    text: "Reading the device while a guest uses it takes frames away from the guest.",
    parts: [
      {
        says: "frames of many flows are parted between two openers of a macvtap's device",
        checks: ["ledger two-openers-flows-*"],
        shows: [
          { frame: "external>first 32", count: "readers=2" },
          { frame: "external>first 32", count: "together=32" },
        ],
      },
      {
        says: "frames of many flows are parted between a guest and a second opener of its card's device",
        checks: ["guest-nics card-second-reader-*"],
        shows: [
          { frame: "external>first 32", count: "readers=2" },
          { frame: "external>first 32", count: "together=32" },
        ],
      },
      { asks: "what becomes of frames of one flow", checks: ["ledger two-openers-flows-*", "ledger one-opener-flows"] },
    ],
  },
  {
    id: "T7",
    text: "A second opener can neither see outgoing traffic nor inject frames by writing.",
    parts: [
      {
        says: "a second opener reads nothing of what the first one sends",
        checks: SECOND_OPENER,
        shows: [{ frame: "first>external", count: "first-again=0" }],
      },
      {
        says: "what a second opener writes does not get out",
        checks: SECOND_OPENER,
        shows: [{ frame: "first-again>external", count: "external=0" }],
      },
      {
        says: "what a second opener writes does not get to a sibling",
        checks: ["ledger second-opener-to-sibling"],
        shows: [{ frame: "first-again>second", count: "second=0" }],
      },
      {
        says: "a second opener of the device of a guest's card reads nothing of what the guest sends",
        checks: CARD_OPENERS,
        shows: [{ frame: "first>external", count: "first-again=0" }],
      },
      {
        says: "what a second opener of the device of a guest's card writes does not get out",
        checks: CARD_OPENERS,
        shows: [{ frame: "first-again>external", count: "external=0" }],
      },
    ],
  },
  {
    id: "T8",
    text: "The guest's address is the macvtap's own, unlike an ordinary tap's. (What if the guest changes it? Which modes still deliver?)",
    parts: [
      {
        says: "what a guest sends from another address than its macvtap's gets out",
        checks: ["ledger guest-address-*"],
        shows: [{ frame: "first as foreign>external", count: "external=1" }],
      },
      {
        says: "what is sent to that other address does not get to the guest",
        checks: ["ledger guest-address-*"],
        shows: [{ frame: "external>foreign", count: "first=0" }],
      },
      {
        says: "what is sent to the macvtap's own address still does, and broadcasts do",
        checks: ["ledger guest-address-*"],
        shows: [
          { frame: "external>first", count: "first=1" },
          { frame: "external>everybody", count: "first=1" },
        ],
      },
      {
        says: "what a guest sends once it gave its card another address gets out",
        checks: CARD_ADDRESSES,
        shows: [{ frame: "first as foreign>external", count: "external=1" }],
      },
      {
        says: "what is sent to the card's new address does not get to the guest",
        checks: CARD_ADDRESSES,
        shows: [{ frame: "external>foreign", count: "first=0" }],
      },
      {
        says: "broadcasts still get to the guest",
        checks: CARD_ADDRESSES,
        shows: [{ frame: "external>everybody", count: "first=1" }],
      },
      {
        says: "what is sent to the macvtap's own address still gets to the guest",
        checks: CARD_ADDRESSES,
        shows: [{ frame: "external>first", count: "first=1" }],
      },
    ],
  },
  {
    id: "T9",
    text: "A guest on a macvtap cannot talk to its host's lower device; a macvlan on the host makes it possible.",
    parts: [
      {
        says: "without reflective relay no frame passes between a macvtap and its lower device's host, either way",
        cells: withLowerHost(TAP, { relay: false }).map((where) => frames(where)),
        seen: { reached: false },
      },
      {
        says: "with reflective relay no frame passes between a macvtap and its lower device's host, either way",
        cells: withLowerHost({ ...TAP, modes: SHARING }, { relay: true }).map((where) => frames(where)),
        seen: { reached: false },
      },
      {
        says: "frames pass between a bridge macvtap and a bridge macvlan of the host, each way, without reflective relay",
        cells: hostsMacvlan(false).map((where) => frames(where)),
        seen: { reached: true },
      },
      {
        says: "pings, UDP and TCP between the two are answered, without reflective relay",
        cells: hostsMacvlan(false).map((where) => talks(where)),
        seen: { reached: true },
      },
      {
        says: "no frame passes between a guest's card and its host's lower device, either way, without reflective relay",
        cells: withLowerHost(TAP, { relay: false }).map((where) => inGuests(frames(where))),
        seen: { reached: false },
      },
      {
        says: "frames pass between a guest's card on a bridge macvtap and a bridge macvlan of the host, each way, without reflective relay",
        cells: hostsMacvlan(false).map((where) => inGuests(frames(where))),
        seen: { reached: true },
      },
      {
        says: "no ping, UDP or TCP of a guest gets to its host's lower device, without reflective relay",
        checks: ["guest-nics card-*-lower-host"],
        seen: ["unresolved", "unheard"],
      },
      {
        says: "pings, UDP and TCP of a guest on a bridge macvtap to a bridge macvlan of its host are answered",
        checks: ["guest-nics card-*-host-macvlan"],
        seen: "answered",
      },
    ],
  },
];
