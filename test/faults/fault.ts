/**
 * Faults: what is planted in a kernel module, and how the lab must tell. Data: a fault holds no source text, only the
 * short tokens that find a place in a named function, and what stands there instead.
 */
import type { Cell } from "../../lab/model/cell.ts";
import type { FindingKind } from "../../lab/model/finding.ts";
import type { PacketType } from "../../lab/model/vocabulary.ts";
import type { RuleId } from "../../lab/oracle/rules.ts";

export interface Edit {
  /** The function it is made in; several where the place moved between versions. */
  readonly function: string | readonly string[];
  /** Matches exactly once in all of them. Without flags. */
  readonly find: RegExp;
  /** As String.replace takes it. */
  readonly replace: string;
}

/** What is counted of a cell. */
export interface Counts {
  readonly copies: number;
  readonly echo: number;
  readonly wire: number;
  readonly as: readonly PacketType[];
}

/**
 * What of a sound kernel's counts is otherwise with the fault; `built`: what a sound kernel refuses to build is built;
 * `may`: cannot be told in advance; undefined: nothing.
 */
export type Deviation = Partial<Counts> | "built" | "may" | undefined;

type Decide = (...args: never[]) => boolean;

/** One of these. Everything that is not named is to be as on a sound kernel. */
export type Catch =
  /** The oracle with the same fault foretells which cells and checks differ, and what is observed instead. */
  | {
      readonly by: "rules";
      readonly rules: Readonly<Partial<Record<RuleId, Decide>>>;
      /** Asked in the oracle's place, where given. */
      readonly cells?: (cell: Cell) => Deviation;
      /** Ids of checks whose observation cannot be told in advance. */
      readonly untold?: RegExp;
    }
  /** Faults no rule decides about: what differs is told of each cell. */
  | { readonly by: "results"; readonly cells: (cell: Cell, sound: Counts) => Deviation }
  /** The kernel's own complaint, or its silence. */
  | {
      readonly by: "finding";
      readonly kinds: readonly FindingKind[];
      readonly title: RegExp;
      /** Names of the cells that are asked. */
      readonly asks: RegExp;
      /** Whether the kernel does not survive the cell. */
      readonly lost?: (cell: Cell) => boolean;
    };

export const DRIVERS = { macvlan: "drivers/net/macvlan.c", tap: "drivers/net/tap.c" };
export type DriverModule = keyof typeof DRIVERS;

export const GENERATIONS = ["6.1", "7.2"] as const;
export type Generation = (typeof GENERATIONS)[number];

export interface Fault {
  readonly name: string;
  /** One sentence: what the kernel does wrong. */
  readonly what: string;
  /** Default: `macvlan`. */
  readonly module?: DriverModule;
  readonly edits: readonly Edit[];
  /** Generations it is planted in beside 6.1. */
  readonly also?: readonly Generation[];
  readonly caughtBy: Catch;
  /** Cells in which the fault leaves the lab no control frame: these may be inconclusive. */
  readonly silenced?: (cell: Cell) => boolean;
  /** Why the lab does not catch it yet, in words for the table. */
  readonly missed?: string;
}
