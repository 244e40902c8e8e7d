/** What is measured, as readonly data. Figures depend on the machine; only their ratios within one run say something. */

export const SIBLING_PATHS = ["bridge", "vepa", "veth"] as const;
/**
 * The way between two siblings in namespaces of their own. `bridge`: two bridge-mode macvlans on one lower device. `vepa`:
 * two VEPA ones, through an external switch with reflective relay. `veth`: no macvlan at all, two veths that are ports
 * of a Linux bridge.
 */
export type SiblingPath = (typeof SIBLING_PATHS)[number];

/** `throughput`: one TCP stream, in Mbit/s. `round-trip`: of an ICMP echo on an idle path, in microseconds. */
export type Measured = "throughput" | "round-trip";

export interface MeasureSpec {
  readonly id: string;
  /** Id of CLAIMS.md, where it bears on one. */
  readonly claim?: string;
  readonly text: string;
  readonly measured: Measured;
  readonly path: SiblingPath;
}
