/**
 * The words of the lab, as types. Everything else speaks in these; nothing here does I/O.
 */

export const MODES = ["private", "vepa", "bridge", "passthru", "source"] as const;
/** A macvlan mode as the `ip` tool names it. */
export type Mode = (typeof MODES)[number];

export const ENDPOINT_KINDS = ["macvlan", "macvtap"] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

export const ENGINE_KINDS = ["container"] as const;
/** What a container engine makes: to the kernel a `container` on a macvlan network is a macvlan of that mode. */
export type EngineKind = (typeof ENGINE_KINDS)[number];

/** What the kernel has an end for. */
export function deviceKind(kind: EndpointKind | EngineKind): EndpointKind {
  return kind === "container" ? "macvlan" : kind;
}

export const HOST_KINDS = ["lower-host", "external-host"] as const;
/** `lower-host`: the lower device's own stack. `external-host`: a host on another port of the switch. */
export type HostKind = (typeof HOST_KINDS)[number];

export const LOWER_KINDS = [
  "veth",
  "dummy",
  "vlan",
  "bond",
  "team",
  "bridge",
  "virtio-net",
  "e1000",
  "e1000e",
  "vmxnet3",
  "rtl8139",
  "hwsim",
] as const;
/**
 * What a lower device is. `veth`: one end of a cable whose other end is the switch's port; all others stand on such a
 * cable, are cards cabled to one (`virtio-net` to `rtl8139`, emulated), a simulated station at an access point that is the
 * port (`hwsim`), or have no cable at all (`dummy`).
 */
export type LowerKind = (typeof LOWER_KINDS)[number];

/** Whose address a source-mode endpoint has on its list: the sender's, or only somebody else's. */
export type SourceList = "sender" | "other";

/** One end of a cell as results name it: hosts carry no mode; `sourceList` only on a source-mode destination. */
export interface Party {
  readonly kind: EndpointKind | EngineKind | HostKind;
  readonly mode?: Mode;
  readonly sourceList?: SourceList;
}

export const PLACEMENTS = [
  "same-lower",
  "two-lowers",
  "endpoint-to-lower-host",
  "lower-host-to-endpoint",
  "endpoint-to-external",
  "external-to-endpoint",
] as const;
/** Where the two ends of a cell sit. */
export type Placement = (typeof PLACEMENTS)[number];

export const LAYER2_TRAFFIC = [
  "unicast",
  "broadcast",
  "multicast-joined",
  "multicast-not-joined",
  "unknown-unicast",
] as const;
/** The layer-2 traffic kinds: what the frame is addressed to. */
export type Traffic = (typeof LAYER2_TRAFFIC)[number];

export const TALKS = [
  "arp",
  "icmp",
  "icmp-full",
  "icmp-fragments",
  "udp",
  "tcp",
  "igmp",
  "nd",
  "icmpv6",
  "mld",
  "vlan",
  "dhcp",
] as const;
/**
 * What two real IP stacks have to say to each other. `arp` `nd`: finding the peer's address. `icmp` `icmpv6`: an echo and
 * its answer; `icmp-full`: as large as the MTU, not to be fragmented; `icmp-fragments`: larger. `udp` `tcp`: payload
 * there and back. `igmp` `mld`: one datagram to a group the peer's stack joined. `vlan`: `icmp` between VLAN devices on
 * top of the two. `dhcp`: a lease.
 */
export type Talk = (typeof TALKS)[number];

export const OUTCOMES = ["answered", "heard", "unheard", "unresolved"] as const;
/**
 * How far a conversation came. `answered`: to its end. `heard`: what was to be answered got to the peer's stack, no
 * answer came back; the end of a `igmp` or `mld` one. `unheard`: it was sent and did not get there. `unresolved`: it
 * could not be sent, for nobody told the sender the address of its next hop.
 */
export type Outcome = (typeof OUTCOMES)[number];

/** `inconclusive`: the lab could not tell. `unsupported`: refused, exactly as predicted. */
export const VERDICTS = ["match", "mismatch", "inconclusive", "unsupported"] as const;
export type Verdict = (typeof VERDICTS)[number];

export const PACKET_TYPES = ["host", "broadcast", "multicast", "otherhost", "outgoing"] as const;
/** The kernel's packet types (`PACKET_HOST` ... of `if_packet.h`), in the order of their numbers. */
export type PacketType = (typeof PACKET_TYPES)[number];

export type Direction = "in" | "out";

/** The places a frame is observed, as a cell's path and `seen` name them. */
export const TAP_POINTS = [
  "endpoint",
  "lower",
  "switchPort",
  "destinationSwitchPort",
  "destinationLower",
  "destination",
  "externalPort",
] as const;
export type TapPoint = (typeof TAP_POINTS)[number];
