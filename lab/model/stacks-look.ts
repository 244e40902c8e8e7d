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

export type StacksSetUp = HostMacvlan | Gateway;

export interface StacksLook {
  readonly look: "stacks";
  readonly setUp: StacksSetUp;
}
