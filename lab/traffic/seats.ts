/** Which guest has which network card: senders in one, their siblings in another, those elsewhere in a third. Pure. */
import type { Endpoint, Node } from "../model/topology.ts";
import type { Pair, PlacedTopology } from "../topology/arrangement.ts";

/** A macvtap that is the network card of a guest. */
export interface Card {
  readonly endpoint: Endpoint;
  /** Whether the kernel of the machine moves its frames. */
  readonly vhost: boolean;
  /** Whether it hands its guest everything, so that all its macvtap had for it is counted. */
  readonly whole: boolean;
}

/** A guest. */
export interface Seat {
  readonly name: string;
  readonly cards: readonly Card[];
  /** Interfaces in the guest on top of the cards, by name. */
  readonly inner: readonly string[];
}

export interface CardGrid {
  readonly topology: PlacedTopology;
  readonly pairs: Iterable<Pair>;
  readonly vhost: boolean;
}

export interface CardWorld {
  readonly endpoints: readonly Endpoint[];
  readonly inner: readonly string[];
}

/** The two ends of a conversation; the macvtaps among them are cards. */
export interface CardPair {
  readonly from: Endpoint;
  readonly to: Node;
  readonly vhost: boolean;
}

/** The cards of the grids and pairs in three guests, so that no two of a pair share one; those of the worlds in a fourth. */
export function seatsOf(
  grids: readonly CardGrid[],
  worlds: readonly CardWorld[],
  conversations: readonly CardPair[] = [],
): Seat[] {
  const cards = grids.flatMap(({ topology, pairs, vhost }) => {
    const senders = new Set(
      [...pairs].flatMap(({ source }) => (source.kind === "endpoint" ? [source.endpoint.name] : [])),
    );
    const near = new Set(topology.endpoints.flatMap(({ name, lower }) => (senders.has(name) ? [lower] : [])));
    return topology.endpoints.filter(isCard).map((endpoint) => {
      const seat = senders.has(endpoint.name) ? "senders" : near.has(endpoint.lower) ? "siblings" : "others";
      return { seat, card: { endpoint, vhost, whole: true } };
    });
  });
  cards.push(...conversations.flatMap(pairCards));
  const inside = worlds.flatMap(({ endpoints }) => endpoints.filter(isCard));
  const seats = ["senders", "siblings", "others"].map((name): Seat => {
    const own = cards.filter(({ seat }) => seat === name).map(({ card }) => card);
    return { name, cards: [...new Map(own.map((card) => [card.endpoint.name, card])).values()], inner: [] };
  });
  const last: Seat = {
    name: "inside",
    cards: inside.map((endpoint) => ({ endpoint, vhost: false, whole: false })),
    inner: worlds.flatMap(({ inner }) => inner),
  };
  return [...seats, last].filter((seat) => seat.cards.length > 0);
}

function pairCards({ from, to, vhost }: CardPair): { readonly seat: string; readonly card: Card }[] {
  const card = (endpoint: Endpoint) => ({ endpoint, vhost, whole: false });
  const beside = to.kind === "endpoint" && isCard(to.endpoint) ? [to.endpoint] : [];
  const seat = beside.some(({ lower }) => lower === from.lower) ? "siblings" : "others";
  return [{ seat: "senders", card: card(from) }, ...beside.map((endpoint) => ({ seat, card: card(endpoint) }))];
}

function isCard({ kind }: Endpoint): boolean {
  return kind === "macvtap";
}
