/** The cells claims are about, short. */
import type { CellSelection, PartySelection } from "../../lab/model/claim.ts";
import type { Mode, Talk, Traffic } from "../../lab/model/vocabulary.ts";

/** What reaches who it is meant for: an address somebody has, or a group somebody joined. */
export const MEANT: readonly Traffic[] = ["unicast", "broadcast", "multicast-joined"];
/** What people mean by talking: an answer comes back. */
export const TALKING: readonly Talk[] = ["icmp", "udp", "tcp", "icmpv6"];
/** Passthru is alone on its lower device. */
export const SHARING: readonly Mode[] = ["private", "vepa", "bridge", "source"];

type Where = Omit<CellSelection, "traffic">;

/** Frames that are meant for the destination; a source-mode destination has the sender on its list. */
export const frames = (where: Where, traffic: readonly Traffic[] = MEANT): CellSelection => ({
  traffic,
  ...where,
  to: { list: "sender", ...where.to },
});

/** The same where macvtaps are the network cards of guests. */
export const inGuests = (selection: CellSelection): CellSelection => ({ ...selection, guests: true });

/** Conversations between neighbours that have to find each other first. */
export const talks = (where: Where, traffic: readonly Talk[] = TALKING): CellSelection => ({
  traffic,
  neighbours: "asked",
  route: "direct",
  ...where,
  to: { list: "sender", ...where.to },
});

/** The same between what a container engine makes. */
export const inEngine = (selection: CellSelection): CellSelection => ({ ...selection, engine: true });

/** Two endpoints on one lower device, by their modes. */
export const siblings = (from: readonly Mode[], to: readonly Mode[], more: Where = {}): Where => ({
  placements: ["same-lower"],
  ...more,
  from: { modes: from, ...more.from },
  to: { modes: to, ...more.to },
});

/** An endpoint and its lower device's own host, each way. */
export const withLowerHost = (endpoint: PartySelection, more: Where = {}): Where[] => [
  { placements: ["endpoint-to-lower-host"], ...more, from: endpoint },
  { placements: ["lower-host-to-endpoint"], ...more, to: endpoint },
];

export const without = (mode: Mode): Mode[] => SHARING.filter((other) => other !== mode);
