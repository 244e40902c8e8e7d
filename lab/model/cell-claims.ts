/** Which claims of the ledger a cell bears on, from its meaning alone. */
import { type AnyCell, isConversation, isInEngine } from "./cell.ts";
import type { Mode } from "./vocabulary.ts";

interface Ledger {
  readonly claim: string;
  readonly bears: (cell: AnyCell) => boolean;
}

const areSiblings = ({ placement }: AnyCell): boolean => placement === "same-lower";
const modesOf = ({ source, destination }: AnyCell): readonly (Mode | undefined)[] => [source.mode, destination.mode];
const hasMode = (cell: AnyCell, mode: Mode): boolean => modesOf(cell).includes(mode);
const areBoth = (cell: AnyCell, mode: Mode): boolean => modesOf(cell).every((each) => each === mode);
/** Whether the next hop is the peer itself: what the claims about siblings and an ordinary switch mean. */
const isDirect = (cell: AnyCell): boolean => !isConversation(cell) || cell.route === undefined;
const isWithLowerHost = ({ source, destination }: AnyCell): boolean =>
  [source.kind, destination.kind].includes("lower-host");
const hasMacvtap = ({ source, destination }: AnyCell): boolean => [source.kind, destination.kind].includes("macvtap");

/** In the order of the ledger. */
const LEDGER: readonly Ledger[] = [
  {
    claim: "M3",
    bears: (cell) => isDirect(cell) && areSiblings(cell) && cell.source.mode === "vepa" && !hasMode(cell, "passthru"),
  },
  { claim: "M4", bears: (cell) => isDirect(cell) && areSiblings(cell) && areBoth(cell, "vepa") },
  { claim: "M6", bears: (cell) => !isDirect(cell) && areSiblings(cell) && areBoth(cell, "vepa") },
  { claim: "M7", bears: (cell) => isDirect(cell) && areSiblings(cell) && areBoth(cell, "bridge") },
  {
    claim: "M9",
    bears: (cell) => isDirect(cell) && areSiblings(cell) && cell.source.mode === "bridge" && !hasMode(cell, "passthru"),
  },
  { claim: "M10", bears: (cell) => areSiblings(cell) && hasMode(cell, "private") && !hasMode(cell, "passthru") },
  {
    claim: "M11",
    bears: (cell) =>
      areSiblings(cell) && hasMode(cell, "private") && !areBoth(cell, "private") && !hasMode(cell, "passthru"),
  },
  {
    claim: "M12",
    bears: (cell) => areSiblings(cell) && cell.source.mode !== cell.destination.mode && !hasMode(cell, "passthru"),
  },
  { claim: "M14", bears: (cell) => areSiblings(cell) && hasMode(cell, "passthru") },
  { claim: "M15", bears: (cell) => cell.placement === "two-lowers" && hasMode(cell, "passthru") },
  { claim: "M17", bears: (cell) => cell.traffic === "unknown-unicast" && cell.destination.mode !== undefined },
  { claim: "H1", bears: isWithLowerHost },
  { claim: "T1", bears: hasMacvtap },
  { claim: "T9", bears: (cell) => isWithLowerHost(cell) && hasMacvtap(cell) },
];

/** Every claim a cell can bear on. */
export const CELL_CLAIMS: readonly string[] = [...LEDGER.map(({ claim }) => claim), "C1"];

/** Ids of the ledger, in its order; none for a cell no claim is about. What an engine makes is the subject of one alone. */
export function claimsOf(cell: AnyCell): string[] {
  if (isInEngine(cell)) return ["C1"];
  return LEDGER.filter(({ bears }) => bears(cell)).map(({ claim }) => claim);
}
