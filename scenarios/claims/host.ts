/** What is claimed about an endpoint and its own host. */
import type { Claim } from "../../lab/model/claim.ts";
import { frames, SHARING, siblings, talks, withLowerHost, without } from "./select.ts";

const HOSTS_BRIDGE = { kinds: ["macvlan"], modes: ["bridge"] } as const;
const NESTED = SHARING.map((outer) => `ledger nested-*-on-${outer}`);

const OWN = ["first=first", "second=second", "third=third"];

export const HOST_CLAIMS: readonly Claim[] = [
  {
    id: "H1",
    text: "Whatever the mode, an endpoint cannot talk to its lower device's own host, nor the other way round.",
    parts: [
      {
        says: "without reflective relay no frame passes between an endpoint and its lower device's host, either way",
        cells: withLowerHost({}, { relay: false }).map((where) => frames(where)),
        seen: { reached: false },
      },
      {
        says: "with reflective relay no frame passes between an endpoint and its lower device's host, either way",
        cells: withLowerHost({}, { relay: true }).map((where) => frames(where)),
        seen: { reached: false },
      },
      {
        says: "without reflective relay no ping, UDP or TCP between them is answered, whoever begins",
        cells: withLowerHost({}, { relay: false }).map((where) => talks(where)),
        seen: { reached: false },
      },
      {
        says: "with reflective relay no ping, UDP or TCP between them is answered, whoever begins",
        cells: withLowerHost({}, { relay: true }).map((where) => talks(where)),
        seen: { reached: false },
      },
      {
        asks: "which conversations with the lower device's host are answered",
        cells: withLowerHost({}).map((where) => talks(where)),
      },
    ],
  },
  {
    id: "H2",
    text: "Another macvlan on the same lower device, kept by the host, gives host and guests connectivity. (In which modes?)",
    parts: [
      {
        says: "frames pass between a bridge macvlan of the host and a bridge guest, each way, without reflective relay",
        checks: ["ledger host-bridge-guest-bridge-without-relay"],
        shows: [
          { frame: "first>second", count: "second=1" },
          { frame: "second>first", count: "first=1" },
          { frame: "first>everybody", count: "second=1" },
          { frame: "second>everybody", count: "first=1" },
        ],
      },
      {
        says: "pings, UDP and TCP between the two are answered, without reflective relay",
        cells: [talks({ ...siblings(["bridge"], ["bridge"], { relay: false }), from: HOSTS_BRIDGE })],
        seen: { reached: true },
      },
      {
        asks: "in which modes of the host's macvlan and the guest conversations are answered",
        cells: [talks({ ...siblings(SHARING, SHARING), from: { kinds: ["macvlan"], modes: SHARING } })],
      },
      {
        says: "a host with a bridge macvlan of its own and a bridge endpoint talk to each other, whoever begins",
        checks: ["gateways host-macvlan-bridge-*-bridge-relay-*"],
        shows: [
          { frame: "endpoint>host", count: "answered" },
          { frame: "host>endpoint", count: "answered" },
        ],
      },
      {
        asks: "in which modes such a host and an endpoint talk to each other without reflective relay",
        checks: ["gateways host-macvlan-*-relay-off"],
      },
      {
        asks: "in which with reflective relay",
        checks: ["gateways host-macvlan-*-relay-on"],
      },
      {
        says: "there is no room for one beside a passthru guest (EINVAL)",
        checks: ["ledger host-macvlan-beside-passthru"],
        seen: "EINVAL",
      },
    ],
  },
  {
    id: "H3",
    text: "Routed mode: the host's macvlan as the guests' gateway with NAT to the lower device works.",
    parts: [
      {
        says: "a bridge endpoint's connection to a host beyond is answered by way of the host's bridge macvlan, and seen as the host's",
        checks: ["gateways gateway-bridge-*-bridge-nat-relay-*"],
        seen: "answered, seen as host",
      },
      {
        asks: "how others fare by the host's bridge macvlan, without reflective relay",
        checks: without("bridge").map((mode) => `gateways gateway-bridge-*-${mode}-nat-relay-off`),
      },
      {
        asks: "how they fare with reflective relay",
        checks: without("bridge").map((mode) => `gateways gateway-bridge-*-${mode}-nat-relay-on`),
      },
      {
        asks: "how endpoints fare by the host's vepa macvlan, with reflective relay",
        checks: SHARING.map((mode) => `gateways gateway-vepa-*-${mode}-nat-relay-on`),
      },
      {
        asks: "how they fare by its bridge macvlan without address translation",
        checks: ["gateways gateway-bridge-*-no-nat-relay-off"],
      },
    ],
  },
  {
    id: "H4",
    text: "A macvlan can be a port of a Linux bridge, and it works. (In which modes? For whom behind that bridge?)",
    parts: [
      {
        says: "a bridge whose port is a macvlan reaches the external host and is reached",
        checks: ["ledger bridge-port-macvlan-*"],
        shows: [
          { frame: "bridge>external", count: "external=1" },
          { frame: "external>first", count: "bridge=1" },
        ],
      },
      {
        says: "what a host behind that bridge sends gets to the external host",
        checks: ["ledger bridge-port-macvlan-*"],
        shows: [{ frame: "behind>external", count: "external=1" }],
      },
      {
        says: "frames for a host behind that bridge get to it",
        checks: ["ledger bridge-port-macvlan-*"],
        shows: [{ frame: "external>behind", count: "behind=1" }],
      },
      {
        says: "broadcasts get to a host behind that bridge",
        checks: ["ledger bridge-port-macvlan-*"],
        shows: [{ frame: "external>everybody", count: "behind=1" }],
      },
      {
        says: "frames of a sibling of the macvlan get to a host behind that bridge",
        checks: ["ledger bridge-port-sibling-*"],
        shows: [{ frame: "second>behind", count: "behind=1" }],
      },
      { asks: "what becomes of a macvtap as a bridge's port", checks: ["ledger bridge-port-macvtap-*"] },
      { asks: "what a broadcast from behind does that comes back", checks: ["ledger bridge-port-echo-*"] },
    ],
  },
  {
    id: "H5",
    text: "The address is generated unless given; a given one is used; one equal to a sibling's or the lower device's is refused. (When, and with which error?)",
    parts: [
      {
        says: "made without an address, an endpoint has a generated one",
        checks: SHARING.map((mode) => `basics address-generated-${mode}`),
        seen: "generated",
      },
      {
        says: "made with an address, an endpoint has that one",
        checks: ["basics address-given-macvlan", "basics address-given-macvtap"],
        seen: "given",
      },
      {
        says: "one with its lower device's or a sibling's address may be made",
        checks: ["basics duplicate-of-lower-add", "basics duplicate-of-sibling-add"],
        seen: "none",
      },
      {
        says: "bringing such an endpoint up is refused with EADDRINUSE",
        checks: ["basics duplicate-of-lower-up", "basics duplicate-of-sibling-up"],
        seen: "EADDRINUSE",
      },
      {
        says: "bringing it up is allowed while the sibling with its address is down",
        checks: ["basics duplicate-of-down-sibling-up"],
        seen: "none",
      },
      {
        says: "changing to such an address later is refused with EADDRINUSE",
        checks: ["ledger address-to-siblings-*", "ledger address-to-lowers-*"],
        seen: "EADDRINUSE",
      },
      {
        asks: "what else becomes of an address that is changed",
        checks: [
          "ledger address-changed-*",
          "ledger address-to-down-siblings",
          "ledger address-to-group",
          "ledger address-to-zero",
          "ledger address-group-add",
          "ledger address-apart-from-lowers",
          "ledger lower-takes-endpoints-address",
          "basics duplicate-of-down-sibling-frame",
          "basics passthru-up",
        ],
      },
    ],
  },
  {
    id: "H6",
    text: "A macvlan on a macvlan ends up on the real lower device.",
    parts: [
      {
        says: "what is made on a macvlan or macvtap is on its lower device",
        checks: ["ledger nested-*-on-macv*", "ledger nested-stays", "ledger nested-from-away"],
        seen: "lower",
      },
      {
        says: "its frames pass the lower device and not the endpoint it was made on",
        checks: NESTED,
        shows: [
          { frame: "second>external", count: "first:out=0" },
          { frame: "second>external", count: "lower:out=1" },
          { frame: "second>external", count: "external=1" },
        ],
      },
      {
        says: "frames for it get to it, and not to the endpoint it was made on",
        checks: NESTED,
        shows: [
          { frame: "external>second", count: "first=0" },
          { frame: "external>second", count: "second=1" },
        ],
      },
      {
        asks: "what else it gets",
        checks: ["ledger nested-lives-away", "ledger nested-mtu", "ledger nested-mode", "ledger nested-sibling"],
      },
    ],
  },
  {
    id: "H7",
    text: "Several addresses, each with its own MAC, on one interface in one namespace: an application bound to one of them is reached by that MAC alone (the virtual-router use). (ARP flux: arp_ignore, arp_announce, arp_filter, rp_filter.)",
    parts: [
      {
        says: "with arp_ignore, arp_announce, arp_filter and rp_filter 0 each of three macvlans' addresses is answered for with its own MAC alone",
        checks: ["gateways several-bridge-ignore-0-announce-0-filter-0-rp-0"],
        shows: OWN.map((count) => ({ frame: "answered", count })),
      },
      {
        says: "it is with arp_ignore 1",
        checks: ["gateways several-bridge-ignore-1-announce-0-filter-0-rp-0"],
        shows: OWN.map((count) => ({ frame: "answered", count })),
      },
      {
        says: "with arp_ignore 1, arp_announce 2 and a route of its own for each address it also asks, and sends, by its own macvlan alone",
        checks: ["gateways several-bridge-by-source-ignore-1-announce-2-filter-0-rp-0"],
        shows: ["answered", "asking", "leaving"].flatMap((frame) => OWN.map((count) => ({ frame, count }))),
      },
      {
        asks: "whose MAC each address is answered for, asks and sends with, by the settings",
        checks: ["gateways several-bridge-ignore-*"],
      },
      {
        asks: "how it is where each address has a route by its own macvlan",
        checks: ["gateways several-bridge-by-source-*"],
      },
    ],
  },
];
