/** Cells: what is asked of a kernel, one directed pair and one kind of traffic at a time. */
import type { CellAxes, ConversationAxes } from "./scenario.ts";
import type { HostKind, LowerKind, Mode, Party, Placement, SourceList, Talk, Traffic } from "./vocabulary.ts";
import { ENDPOINT_KINDS, MODES, TALKS } from "./vocabulary.ts";

interface Ends {
  readonly placement: Placement;
  readonly reflectiveRelay: boolean;
  readonly source: Party;
  readonly destination: Party;
}

/** A cell before it is bound to a kernel: decided by frames of one kind. */
export interface Cell extends Ends {
  readonly traffic: Traffic;
  /** The macvtaps are network cards of guests, and the kernel of the machine moves their frames (vhost-net), not QEMU. */
  readonly vhost?: true;
  /** What its lower devices are. Absent: `veth`. */
  readonly lower?: LowerKind;
}

/** A cell that is decided by what two IP stacks have to say to each other. A source-mode sender has its peer on its list. */
export interface Conversation extends Ends {
  readonly traffic: Talk;
  /** Both ends were told the address of their next hop, so nobody asks. Absent: neither knows it. */
  readonly neighbours?: "static";
  /** The ends are in different subnets, with a router behind the switch between them. */
  readonly route?: "router";
}

export type AnyCell = Cell | Conversation;

export function isFrameCell(cell: AnyCell): cell is Cell {
  return !isConversation(cell);
}

export function isConversation(cell: AnyCell): cell is Conversation {
  return (TALKS as readonly string[]).includes(cell.traffic);
}

/** Whether a container engine makes one of its ends. */
export function isInEngine({ source, destination }: Pick<Ends, "source" | "destination">): boolean {
  return [source, destination].some(({ kind }) => kind === "container");
}

/** `macvlan/vepa`, `macvtap/source+sender`, `lower-host`. */
export function partyName(party: Party): string {
  if (party.mode === undefined) return party.kind;
  return `${party.kind}/${party.mode}${party.sourceList ? `+${party.sourceList}` : ""}`;
}

/** The cell's identity without its kernel, made from its meaning alone: never from a position. */
export function cellName(cell: AnyCell): string {
  const relay = cell.reflectiveRelay ? "relay-on" : "relay-off";
  const told = isConversation(cell) && cell.neighbours ? [`${cell.neighbours}-neighbours`] : [];
  const routed = isConversation(cell) && cell.route ? [`by-${cell.route}`] : [];
  const moved = isFrameCell(cell) && cell.vhost ? ["vhost"] : [];
  const pair = `${partyName(cell.source)}>${partyName(cell.destination)}`;
  const lower = isFrameCell(cell) && cell.lower ? [`on-${cell.lower}`] : [];
  return [...lower, cell.placement, relay, cell.traffic, ...told, ...routed, ...moved, pair].join(" ");
}

/** The cell's id in a run: `pairings debian:bookworm/cloud same-lower relay-on unicast macvlan/vepa>macvtap/bridge`. */
export function cellId(scenario: string, kernel: string, cell: AnyCell): string {
  return `${scenario} ${kernel} ${cellName(cell)}`;
}

const SOURCE_LISTS: readonly SourceList[] = ["sender", "other"];

type Kinds = NonNullable<ConversationAxes["kinds"]>;

/** Every party that can send, endpoints only: the list of a source-mode sender plays no part. */
export function sendingParties(modes: readonly Mode[] = MODES, kinds: Kinds = ENDPOINT_KINDS): Party[] {
  return kinds.flatMap((kind) => modes.map((mode) => ({ kind, mode })));
}

/** Every party that can receive, endpoints only: source mode with the sender on its list, and with another address. */
export function receivingParties(modes: readonly Mode[] = MODES, kinds: Kinds = ENDPOINT_KINDS): Party[] {
  const variants = (mode: Mode): Omit<Party, "kind">[] =>
    mode === "source" ? SOURCE_LISTS.map((sourceList) => ({ mode, sourceList })) : [{ mode }];
  return kinds.flatMap((kind) => modes.flatMap(variants).map((variant) => ({ kind, ...variant })));
}

/** Whether a lower device cannot carry both: passthru is exclusive. */
export function excludesEachOther(cell: Ends): boolean {
  return cell.placement === "same-lower" && (cell.source.mode === "passthru" || cell.destination.mode === "passthru");
}

const host = (kind: HostKind): Party[] => [{ kind }];

/** Who sends and who receives in a placement: every ordered pair of the two is asked. */
function partiesOf(
  placement: Placement,
  modes: readonly Mode[],
  kinds?: Kinds,
): { sources: Party[]; destinations: Party[] } {
  const [sources, destinations] = [sendingParties(modes, kinds), receivingParties(modes, kinds)];
  if (placement === "endpoint-to-lower-host") return { sources, destinations: host("lower-host") };
  if (placement === "lower-host-to-endpoint") return { sources: host("lower-host"), destinations };
  if (placement === "endpoint-to-external") return { sources, destinations: host("external-host") };
  if (placement === "external-to-endpoint") return { sources: host("external-host"), destinations };
  return { sources, destinations };
}

function pairsOf(placement: Placement, modes: readonly Mode[], kinds?: Kinds): Pick<Ends, "source" | "destination">[] {
  const { sources, destinations } = partiesOf(placement, modes, kinds);
  return sources.flatMap((source) => destinations.map((destination) => ({ source, destination })));
}

/** Every cell of the axes, those that exclude each other included: their refusal is asked too. */
export function cellsOf(axes: CellAxes): Cell[] {
  const { cards } = axes;
  if (!cards) return everyCell(axes);
  const hasCard = ({ source, destination }: Cell) => [source, destination].some(({ kind }) => kind === "macvtap");
  const cells = everyCell(axes).filter(hasCard);
  return cards.flatMap((mover) =>
    mover === "vhost" ? cells.map((cell) => ({ ...cell, vhost: true as const })) : cells,
  );
}

function everyCell(axes: CellAxes): Cell[] {
  return axes.placements.flatMap((placement) =>
    axes.reflectiveRelay.flatMap((reflectiveRelay) =>
      axes.traffic.flatMap((traffic) =>
        pairsOf(placement, axes.modes).map((pair) => ({ placement, reflectiveRelay, traffic, ...pair })),
      ),
    ),
  );
}

/** The same cells on lower devices of another kind. */
export function cellsOn(lower: LowerKind, cells: readonly Cell[]): Cell[] {
  return lower === "veth" ? [...cells] : cells.map((cell) => ({ ...cell, lower }));
}

/** Every conversation of the axes between ends that can exist at once. */
export function conversationsOf({
  placements,
  reflectiveRelay: relays,
  talks,
  modes,
  kinds,
  siblings,
}: ConversationAxes): Conversation[] {
  const canShare = ({ placement, source, destination }: Ends) =>
    siblings === undefined || placement !== "same-lower" || source.mode === destination.mode;
  return placements.flatMap((placement) =>
    relays.flatMap((reflectiveRelay) =>
      talks
        .filter((talk) => talk.placements?.includes(placement) ?? true)
        .flatMap(({ placements: _, ...talk }) =>
          pairsOf(placement, modes, kinds)
            .map((pair) => ({ placement, reflectiveRelay, ...talk, ...pair }))
            .filter((cell) => !excludesEachOther(cell) && canShare(cell)),
        ),
    ),
  );
}
