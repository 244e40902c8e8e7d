/** What beside its address and mode can change about a device of a check. Absent: as it was made, and at home. */
import type { Namespace } from "../model/check-step.ts";
import type { Mac } from "../model/topology.ts";

export interface StationCondition {
  readonly namespace?: Namespace;
  /** What it is called, where that is not its own name. */
  readonly called?: string;
  /** Stands for its interface index: equal where the kernel would give equal ones. */
  readonly index?: string;
  /** What it says it is on, where that is not its lower device. */
  readonly below?: string;
  readonly nopromisc?: boolean;
  readonly promiscuous?: boolean;
  /** Queue for group frames: the length asked for. */
  readonly queue?: number;
}

export interface LowerCondition {
  readonly namespace?: Namespace;
  readonly down?: boolean;
  /** The other end of its cable is down. */
  readonly unplugged?: boolean;
  /** The address its passthru endpoint is to hand back; absent: the one it has. */
  readonly kept?: Mac;
  /** How much its count of promiscuity is off, for good. */
  readonly leaked?: number;
  /** Names of the endpoints whose addresses its filter lost. */
  readonly forgot?: readonly string[];
}

export interface Surroundings {
  /** The character devices under /dev, by what stands for the index in their name: whose they are. */
  readonly nodes?: ReadonlyMap<string, string>;
  /** Ordinary taps, by name. */
  readonly taps?: readonly string[];
}
