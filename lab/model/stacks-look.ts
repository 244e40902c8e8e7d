/** A look that takes whole IP stacks: who talks to whom where addresses, routes and settings of several of them meet. */
import type { EndpointKind, Mode } from "./vocabulary.ts";

export interface StacksEndpoint {
  readonly kind: EndpointKind;
  readonly mode: Mode;
}

/**
 * The lower device's host has a macvlan of its own on that device, with an address of its own, and a route to the
 * endpoints by it; the lower device keeps an address in the same subnet. The endpoint is in a namespace of its own, a
 * macvtap's stack behind its character device. Source-mode devices list each other. The value is how an echo fares each way:
 * `endpoint>host: answered; host>endpoint: answered`, in the words of `Outcome`.
 */
export interface HostMacvlan {
  readonly what: "host-macvlan";
  readonly host: Mode;
  readonly endpoint: StacksEndpoint;
}

/**
 * The same, and the host's macvlan is the endpoint's gateway to the lower device's subnet, which has the external host in
 * it: the host forwards, and where `masquerade` says so hides the endpoint behind its lower device's address (nftables).
 * The external host knows no way to the endpoints. The value is how a TCP connection from the endpoint to the external host fares, and whose
 * address that sees: `answered, seen as host`, or `seen as endpoint`, `seen as nobody`.
 */
export interface Gateway {
  readonly what: "gateway";
  readonly host: Mode;
  readonly endpoint: StacksEndpoint;
  readonly masquerade: boolean;
}

/**
 * A stack with three macvlans of one lower device, each with an address of its own, all in one subnet: `first`, `second`,
 * `third`, in the order they were made. The settings are those of `net.ipv4.conf.all`; `bySource`: what is sent from an
 * address is routed by its own macvlan (`ip rule`). The external host asks each, and each speaks first to the external
 * host. The value:
 * `answered`: by address, the macvlans whose MAC the stack gave for it when it was asked;
 * `asking`: the same, of what it said about itself in questions of its own;
 * `leaving`: the macvlans packets from that address left by;
 * `reached`: the addresses the external host got an answer from.
 */
export interface SeveralAddresses {
  readonly what: "several-addresses";
  readonly mode: Mode;
  readonly arpIgnore: 0 | 1 | 2;
  readonly arpAnnounce: 0 | 2;
  readonly arpFilter: 0 | 1;
  readonly rpFilter: 0 | 1 | 2;
  readonly bySource: boolean;
}

/**
 * An endpoint's stack detects whether an IPv6 address of its own is somebody else's, which it is not. `enhanced`: its
 * questions carry a nonce (`enhanced_dad`, for the device and for `all`). The value: `passed` or `failed`, and whether
 * the endpoint was handed its own question: `failed, heard itself`.
 */
export interface OwnQuestion {
  readonly what: "own-question";
  readonly endpoint: StacksEndpoint;
  readonly enhanced: boolean;
}

export type StacksSetUp = HostMacvlan | Gateway | SeveralAddresses | OwnQuestion;

export interface StacksLook {
  readonly look: "stacks";
  readonly setUp: StacksSetUp;
}
