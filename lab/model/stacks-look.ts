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

export type StacksSetUp = HostMacvlan;

export interface StacksLook {
  readonly look: "stacks";
  readonly setUp: StacksSetUp;
}
