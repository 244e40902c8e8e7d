/** Cells: what is asked of a kernel, one directed pair and one kind of traffic at a time. */
import type { CellAxes } from "./scenario.ts";
import type { HostKind, Mode, Party, Placement, SourceList, Traffic } from "./vocabulary.ts";
import { ENDPOINT_KINDS, MODES } from "./vocabulary.ts";

/** A cell before it is bound to a kernel. */
export interface Cell {
  readonly placement: Placement;
  readonly reflectiveRelay: boolean;
  readonly traffic: Traffic;
  readonly source: Party;
  readonly destination: Party;
}

/** `macvlan/vepa`, `macvtap/source+sender`, `lower-host`. */
export function partyName(party: Party): string {
  if (party.mode === undefined) return party.kind;
  return `${party.kind}/${party.mode}${party.sourceList ? `+${party.sourceList}` : ""}`;
}

/** The cell's identity without its kernel, made from its meaning alone: never from a position. */
export function cellName(cell: Cell): string {
  const relay = cell.reflectiveRelay ? "relay-on" : "relay-off";
  return [cell.placement, relay, cell.traffic, `${partyName(cell.source)}>${partyName(cell.destination)}`].join(" ");
}

/** The cell's id in a run: `pairings debian:bookworm/cloud same-lower relay-on unicast macvlan/vepa>macvtap/bridge`. */
export function cellId(scenario: string, kernel: string, cell: Cell): string {
  return `${scenario} ${kernel} ${cellName(cell)}`;
}

const SOURCE_LISTS: readonly SourceList[] = ["sender", "other"];

/** Every party that can send, endpoints only: the list of a source-mode sender plays no part. */
export function sendingParties(modes: readonly Mode[] = MODES): Party[] {
  return ENDPOINT_KINDS.flatMap((kind) => modes.map((mode) => ({ kind, mode })));
}

/** Every party that can receive, endpoints only: source mode with the sender on its list, and with another address. */
export function receivingParties(modes: readonly Mode[] = MODES): Party[] {
  const variants = (mode: Mode): Omit<Party, "kind">[] =>
    mode === "source" ? SOURCE_LISTS.map((sourceList) => ({ mode, sourceList })) : [{ mode }];
  return ENDPOINT_KINDS.flatMap((kind) => modes.flatMap(variants).map((variant) => ({ kind, ...variant })));
}

/** Whether a lower device cannot carry both: passthru is exclusive. */
export function excludesEachOther(cell: Cell): boolean {
  return cell.placement === "same-lower" && (cell.source.mode === "passthru" || cell.destination.mode === "passthru");
}

const host = (kind: HostKind): Party[] => [{ kind }];

/** Who sends and who receives in a placement: every ordered pair of the two is asked. */
function partiesOf(placement: Placement, modes: readonly Mode[]): { sources: Party[]; destinations: Party[] } {
  const [sources, destinations] = [sendingParties(modes), receivingParties(modes)];
  if (placement === "endpoint-to-lower-host") return { sources, destinations: host("lower-host") };
  if (placement === "lower-host-to-endpoint") return { sources: host("lower-host"), destinations };
  if (placement === "endpoint-to-external") return { sources, destinations: host("external-host") };
  if (placement === "external-to-endpoint") return { sources: host("external-host"), destinations };
  return { sources, destinations };
}

/** Every cell of the axes, those that exclude each other included: their refusal is asked too. */
export function cellsOf(axes: CellAxes): Cell[] {
  return axes.placements.flatMap((placement) =>
    axes.reflectiveRelay.flatMap((reflectiveRelay) =>
      axes.traffic.flatMap((traffic) => {
        const { sources, destinations } = partiesOf(placement, axes.modes);
        const pairs = sources.flatMap((source) => destinations.map((destination) => ({ source, destination })));
        return pairs.map((pair) => ({ placement, reflectiveRelay, traffic, ...pair }));
      }),
    ),
  );
}
