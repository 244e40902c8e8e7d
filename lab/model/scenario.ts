/** Scenarios: what is asked, as readonly data. No commands, no paths, no `await`. */
import type { ChangeStep, Role } from "./check-step.ts";
import type { FramesLook } from "./frames-look.ts";
import type { MeasureSpec } from "./measure.ts";
import type { PayloadLook } from "./payload-look.ts";
import type { ShownLook } from "./shown-look.ts";
import type { StacksLook } from "./stacks-look.ts";
import type { EndpointKind, EngineKind, Mode, Placement, Talk, Traffic } from "./vocabulary.ts";
import type { WirelessSpec } from "./wireless.ts";

/** Axes of a matrix of layer-2 cells: every combination is a cell. */
export interface CellAxes {
  readonly placements: readonly Placement[];
  readonly reflectiveRelay: readonly boolean[];
  readonly traffic: readonly Traffic[];
  readonly modes: readonly Mode[];
  /** Only cells with a macvtap, once for each of these as what moves the frames of the guests' cards. See `Scenario.guests`. */
  readonly cards?: readonly CardMover[];
}

export type CardMover = "qemu" | "vhost";

/** Axes of a matrix of conversations. */
export interface ConversationAxes {
  readonly placements: readonly Placement[];
  readonly reflectiveRelay: readonly boolean[];
  readonly talks: readonly TalkAxis[];
  readonly modes: readonly Mode[];
  /** Absent: macvlan and macvtap. */
  readonly kinds?: readonly (EndpointKind | EngineKind)[];
  /** Absent: any two. An engine takes a lower device for one network, which has one mode. */
  readonly siblings?: "of-one-mode";
}

/** One kind of conversation, and how the two find each other: see `Cell`. */
export interface TalkAxis {
  readonly traffic: Talk;
  readonly neighbours?: "static";
  readonly route?: "router";
  /** Those of the axes it is held in; absent: all. */
  readonly placements?: readonly Placement[];
}

/**
 * An endpoint as a check asks for it. What is left out is left to the kernel, the address too: a generated one is not
 * known in advance, so an endpoint named on a list before it exists needs `given`.
 */
export interface EndpointRequest {
  readonly kind: EndpointKind;
  readonly mode?: Mode;
  /**
   * `given`: an address fixed in advance, each endpoint's its own. `lower`: the lower device's. `sibling`: that of the
   * endpoint made last before this one. `group`: one no device can have.
   */
  readonly address?: "given" | "lower" | "sibling" | "group";
  readonly mtu?: number;
  /** Source mode: whose address goes on the list: its present one, or where it does not exist yet its given one. */
  readonly sources?: readonly ("first" | "second" | "external")[];
  readonly nodst?: boolean;
  /** Made on this endpoint instead of the lower device. */
  readonly on?: "first";
  /** Made in the other namespace, on a device of this one. */
  readonly in?: "away";
  /** The name of another, in another namespace. */
  readonly named?: Role;
  /** Asks for an interface index, the same for all endpoints of a check. */
  readonly index?: "fixed";
  readonly nopromisc?: boolean;
  /** Length of the queue for group frames. */
  readonly bcqueuelen?: number;
}

/**
 * One step of a check, in order, on a lower device of its own: one end of a cable, MTU 1500, whose other end is a port
 * of a switch with an external host; all these are up before the first step and have an address of their own.
 * Endpoints are called `first`, `second`, `third` and are down until an `up`. A step that is refused changes nothing,
 * and the next one is taken all the same; a step on an endpoint that does not exist is refused with ENODEV, one that
 * makes a second one of a name with EEXIST. Setting an MTU that is set already, and bringing up what is up, is no
 * refusal.
 */
export type CheckStep =
  | { readonly do: "add"; readonly endpoint: "first" | "second" | "third"; readonly request: EndpointRequest }
  | ChangeStep
  | { readonly do: "up"; readonly device: "first" | "second" | "third" | "lower" | "port" }
  | { readonly do: "set-mode"; readonly device: "first" | "second" | "third"; readonly mode: Mode }
  | { readonly do: "set-mtu"; readonly device: "first" | "second" | "third" | "lower"; readonly mtu: number };

/**
 * What a check looks at once its steps are done. The value is one text; `absent` where an endpoint `device`, `from` or
 * `to` names does not exist.
 * - `error`: the errno name the last step was refused with, or `none`.
 * - `mode`, `mtu`: the attribute as the kernel reports it.
 * - `address`: `lower` where it is the lower device's, else `given` where the request named it (a sibling's as well),
 *   else `generated`.
 * - `ping`: one ICMP echo exchange in one subnet between two IP stacks, each in a network namespace of its own with
 *   nothing in its neighbour table before: `reached` where the answer to a request came back, else `not reached`. Nobody
 *   has a macvtap's character device open.
 * - `frames`: see `FramesLook`.
 * - `payload`: see `PayloadLook`; it has no steps.
 * - `stacks`: see `StacksLook`; it has no steps, and a lower device only where its set-up says so.
 * - `copies`: one frame is sent from `from` to the unicast address of `to`; the copies of it counted at each of `at`,
 *   in that order, `first=1 second=0 lower-host=1`, as a cell counts them: at a macvtap what a reader got, at
 *   `lower-host` what its stack took; `second=absent` for an endpoint that does not exist.
 *
 * The switch has static entries for the addresses of all endpoints and hosts; nobody joined a group.
 */
export type CheckLook =
  | { readonly look: "error" }
  | FramesLook
  | ShownLook
  | StacksLook
  | PayloadLook
  | { readonly look: "mode" | "mtu" | "address"; readonly device: "first" | "second" | "third" }
  | {
      readonly look: "ping";
      readonly from: "first" | "second" | "external";
      readonly to: "first" | "second" | "external";
    }
  | {
      readonly look: "copies";
      readonly from: "first" | "second" | "external";
      readonly to: "first" | "second" | "third";
      readonly at: readonly ("first" | "second" | "third" | "lower-host")[];
    };

export interface CheckSpec {
  readonly id: string;
  /** Id of CLAIMS.md, where it bears on one. */
  readonly claim?: string;
  readonly text: string;
  readonly reflectiveRelay?: boolean;
  readonly steps: readonly CheckStep[];
  readonly look: CheckLook;
}

export interface Scenario {
  readonly name: string;
  /** One sentence: what it shows. */
  readonly title: string;
  readonly claims: readonly string[];
  readonly slow: boolean;
  /** Needs root on the machine itself, whatever the kernel. */
  readonly privileged: boolean;
  /** Every macvtap is the network card of a guest: asked of the running kernel alone, which the guests are booted on. */
  readonly guests?: true;
  /** Its endpoints are made by a container engine: asked of the running kernel alone, which containers share. */
  readonly engine?: true;
  readonly cells?: CellAxes;
  readonly conversations?: ConversationAxes;
  readonly checks?: readonly CheckSpec[];
  /** What is measured and not judged. */
  readonly measures?: readonly MeasureSpec[];
  readonly wireless?: readonly WirelessSpec[];
}
