/** A small topology with both kinds of ends, and cells of it as they are seen when all goes well. */
import type { Cell } from "../../lab/model/cell.ts";
import type { Expected } from "../../lab/model/results.ts";
import type { FrameRecord, Sighting, TapKind } from "../../lab/model/sighting.ts";
import type { Endpoint, Node, Topology } from "../../lab/model/topology.ts";
import type { PacketType, Traffic } from "../../lab/model/vocabulary.ts";
import { type Fence, indexFences } from "../../lab/verdict/control.ts";
import type { CellEvidence } from "../../lab/verdict/judge.ts";
import type { Ends } from "../../lab/verdict/observe.ts";

const mac = (number: number) => `02:00:00:00:00:0${number}`;
const endpoint = (name: string, lower: string, rest: Partial<Endpoint>, number: number): Endpoint => ({
  ...{ name, lower, kind: "macvlan", mode: "vepa", address: mac(number) },
  ...rest,
});

export const TOPOLOGY: Topology = {
  switch: "sw",
  lowers: [
    { name: "low-a", port: "swp-a", address: mac(1) },
    { name: "low-b", port: "swp-b", address: mac(2) },
    { name: "low-p", port: "swp-p", address: mac(3) },
  ],
  endpoints: [
    endpoint("mvl-a", "low-a", {}, 4),
    endpoint("mvl-b", "low-b", {}, 5),
    endpoint("mvt-b", "low-b", { kind: "macvtap" }, 6),
    endpoint("pas", "low-p", { mode: "passthru" }, 3),
  ],
  external: { name: "ext", port: "swp-ext", address: mac(7) },
};

/** An endpoint or a lower device's host, by device name; `ext` is the external host. */
export function node(name: string): Node {
  const found = TOPOLOGY.endpoints.find((one) => one.name === name);
  if (found) return { kind: "endpoint", endpoint: found };
  const lower = TOPOLOGY.lowers.find((one) => one.name === name);
  return lower ? { kind: "lower-host", lower } : { kind: "external-host", external: TOPOLOGY.external };
}

export const endsOf = (source: string, destination: string): Ends => ({
  source: node(source),
  destination: node(destination),
  topology: TOPOLOGY,
});

/** `NAME:TAP TYPE` or `NAME TYPE`, e.g. `mvt-b:device host`; numbered and timed as written, from `first` on. */
export function seen(lines: readonly string[], first = 1): Sighting[] {
  return lines.map((line, index) => {
    const [place = "", packetType] = line.split(" ");
    const [name = "", tap = "tap"] = place.split(":");
    return {
      interface: name,
      tap: tap as TapKind,
      packetType: packetType as PacketType,
      time: BigInt(index + 1) * 1000n + 1_000_000n,
      frame: first + index,
    };
  });
}

export function sent(lines: readonly string[], rest: Partial<FrameRecord> = {}): FrameRecord {
  return { sendResult: 0, sentAt: 1_000_000n, order: 1, sightings: seen(lines), ...rest };
}

/** A fence sent after the frames of `sent`, and where it was seen. */
export function fence(kind: "unicast" | "group", lines: readonly string[], order = 2): Fence {
  return { group: kind === "group", record: { sendResult: 0, sentAt: 2_000_000n, order, sightings: seen(lines, 900) } };
}

/** Fences of both kinds that reached every tap there is. */
export const EVERYWHERE: readonly string[] = [
  ...["mvl-a host", "mvl-b host", "mvt-b:device host", "pas host", "ext:host host"],
  ...["low-a:host host", "low-b:host host", "low-p:host broadcast"],
  ...["swp-a otherhost", "swp-b otherhost", "swp-p otherhost", "swp-ext otherhost"],
];
export const ALL_FENCES: readonly Fence[] = [fence("unicast", EVERYWHERE), fence("group", EVERYWHERE)];

interface Parts {
  readonly source?: string;
  readonly destination?: string;
  readonly traffic?: Traffic;
  readonly frames?: readonly (FrameRecord | undefined)[];
  readonly fences?: readonly Fence[];
  readonly drops?: ReadonlyMap<string, number>;
  readonly captureDrops?: number;
}

/** From one lower device's vepa to another's, unicast, one copy. */
export const DELIVERED = [
  "mvl-a outgoing",
  "low-a outgoing",
  "swp-a otherhost",
  "swp-b outgoing",
  "low-b host",
  "mvl-b host",
];

export function evidence(parts: Parts = {}): CellEvidence {
  const traffic = parts.traffic ?? "unicast";
  const cell: Cell = {
    placement: "two-lowers",
    reflectiveRelay: false,
    traffic,
    source: { kind: "macvlan", mode: "vepa" },
    destination: { kind: "macvlan", mode: "vepa" },
  };
  return {
    cell,
    ends: endsOf(parts.source ?? "mvl-a", parts.destination ?? "mvl-b"),
    frames: parts.frames ?? [sent(DELIVERED)],
    fences: indexFences(parts.fences ?? ALL_FENCES),
    drops: parts.drops ?? new Map(),
    captureDrops: parts.captureDrops ?? 0,
    capture: "captures/x.pcapng",
  };
}

export const expecting = (rest: Partial<Expected> = {}): Expected => ({
  ...{ copies: 1, echo: 0, wire: 1, as: ["host"], by: "oracle", rule: "r" },
  ...rest,
});
