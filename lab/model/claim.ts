/**
 * The claims ledger as data: what practitioners' notes say, and which results would bear it out. A claim's verdict is
 * put together from results by these parts; no part says what will come of it.
 */
import type {
  EndpointKind,
  EngineKind,
  HostKind,
  LowerKind,
  Mode,
  Outcome,
  Placement,
  SourceList,
  Talk,
  Traffic,
} from "./vocabulary.ts";

export interface Claim {
  readonly id: string;
  /** The claim, in the lab's words. */
  readonly text: string;
  /** The notes leave it open. */
  readonly open?: true;
  readonly parts: readonly ClaimPart[];
}

/**
 * - `CellPart`, `CheckPart`, `CountPart`: what must be observed in each of these.
 * - `LowerPart`: lower devices of this kind give the cells that veths give.
 * - `AlikePart`: cells that differ in their ends' kinds alone are observed alike.
 * - `WaysPart`, `QuotePart`, `RatioPart`: a question; the answer is what was observed.
 * - `LackingPart`: what the lab cannot answer yet, and what that would take.
 */
export type ClaimPart =
  | CellPart
  | LowerPart
  | CheckPart
  | CountPart
  | AlikePart
  | WaysPart
  | QuotePart
  | RatioPart
  | LackingPart;

export interface CellPart {
  /** What must be observed: `vepa siblings reach each other with reflective relay`. */
  readonly says: string;
  /** A cell that is any of these. */
  readonly cells: readonly CellSelection[];
  readonly seen: Seen;
}

/** Checks by scenario and id: `basics default-mode-macvlan`; `*` stands for anything: `ledger relay-on-by-*`. */
interface Checks {
  readonly checks: readonly string[];
  /** Their scenario is run by its name only. */
  readonly slow?: true;
}

export interface CheckPart extends Checks {
  readonly says: string;
  /** The one value, or any of these. */
  readonly seen: string | readonly string[];
}

/** Of checks that observe counts, some of these: `first>external: wire=1 external=1; external>first: first=0`. */
export interface CountPart extends Checks {
  readonly says: string;
  readonly shows: readonly ShownCount[];
}

export interface ShownCount {
  /** `external>first`; absent where there are no names. */
  readonly frame?: string;
  /** `first=0`; without a `=`, all that is observed of the frame: `answered`. */
  readonly count: string;
}

export interface LowerPart {
  readonly says: string;
  readonly lower: LowerKind;
}

export interface AlikePart {
  readonly says: string;
  readonly cells: readonly CellSelection[];
  readonly alike: "kinds";
}

export interface WaysPart {
  /** A question about pairs; the answer is by reflective relay: `which siblings in different modes reach each other`. */
  readonly asks: string;
  readonly cells: readonly CellSelection[];
}

export interface QuotePart extends Checks {
  readonly asks: string;
}

/** How many times one measurement is another; nothing holds or fails by it. */
export interface RatioPart {
  readonly asks: string;
  /** Scenario and id of the one, id of the other. */
  readonly measured: readonly { readonly what: string; readonly to: string }[];
  readonly slow?: true;
}

export interface LackingPart {
  readonly says: string;
  /** What it takes: `a guest on a macvtap`. */
  readonly lacks: string;
}

/**
 * Narrows by every field it has. Those of layer-2 traffic are cells of `pairings`, talks are cells of `conversations`; with
 * `guests`, whose macvtaps are the network cards of guests, cells of `guest-nics`.
 */
export interface CellSelection {
  readonly guests?: true;
  /** Cells of `containers`. */
  readonly engine?: true;
  readonly traffic: readonly (Traffic | Talk)[];
  readonly placements?: readonly Placement[];
  readonly relay?: boolean;
  readonly from?: PartySelection;
  readonly to?: PartySelection;
  /** Of the two ends' modes. */
  readonly modes?: "same" | "different";
  /** Conversations; absent: both. */
  readonly neighbours?: "asked" | "static";
  /** Conversations; absent: both. */
  readonly route?: "direct" | "router";
}

export interface PartySelection {
  readonly kinds?: readonly (EndpointKind | EngineKind | HostKind)[];
  readonly modes?: readonly Mode[];
  readonly list?: SourceList;
}

type Amount = "none" | "some" | number;

/** What bears a part out; every field that is there. A refusal bears nothing out but `error`, and refutes nothing else. */
export interface Seen {
  /** Frames: a copy arrived. Conversations: it came to its end. */
  readonly reached?: boolean;
  readonly copies?: Amount;
  readonly echo?: Amount;
  readonly wire?: Amount;
  readonly outcome?: readonly Outcome[];
  /** The errno name it is refused with. */
  readonly error?: string;
}
