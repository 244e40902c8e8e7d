/** Scenarios: what is asked, as readonly data. No commands, no paths, no `await`. */
import type { EndpointKind, Mode, Placement, Traffic } from "./vocabulary.ts";

/** Axes of a matrix of layer-2 cells: every combination is a cell. */
export interface CellAxes {
  readonly placements: readonly Placement[];
  readonly reflectiveRelay: readonly boolean[];
  readonly traffic: readonly Traffic[];
  readonly modes: readonly Mode[];
}

/** An endpoint as a check asks for it. What is left out is left to the kernel. */
export interface EndpointRequest {
  readonly kind: EndpointKind;
  readonly mode?: Mode;
  /** `lower`: the lower device's own address. */
  readonly address?: "given" | "lower" | "sibling";
  readonly mtu?: number;
  /** Source mode: whose address goes on the list. */
  readonly sources?: readonly ("first" | "second" | "external")[];
  readonly nodst?: boolean;
}

/** One step of a check, in order, on a lower device of its own. Endpoints are called `first`, `second`, `third`. */
export type CheckStep =
  | { readonly do: "add"; readonly endpoint: "first" | "second" | "third"; readonly request: EndpointRequest }
  | { readonly do: "up"; readonly device: "first" | "second" | "third" | "lower" }
  | { readonly do: "set-mode"; readonly device: "first" | "second" | "third"; readonly mode: Mode }
  | { readonly do: "set-mtu"; readonly device: "first" | "second" | "third" | "lower"; readonly mtu: number };

/**
 * What a check looks at once its steps are done. `error`: the errno name the last step was refused with, or `none`.
 * `mode`, `mtu`: the attribute as the kernel reports it. `address`: `lower` | `generated` | `given`.
 * `ping`: one ICMP echo exchange with real IP stacks, `reached` or `not reached`.
 * `copies`: layer-2 copies of one frame per sender at each endpoint, `first=1 second=0`.
 */
export type CheckLook =
  | { readonly look: "error" }
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
  readonly cells?: CellAxes;
  readonly checks?: readonly CheckSpec[];
}
