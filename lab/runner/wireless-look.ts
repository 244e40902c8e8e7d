/** What the recordings of the wireless scenario say about each question. */
import type { WirelessSpec } from "../model/wireless.ts";
import { BROADCAST } from "../topology/addresses.ts";
import { ACCESS_POINT, accessPointOf, nodeOf } from "../topology/wireless.ts";
import type { WirelessSeen } from "../traffic/wireless-capture.ts";
import { frameFor, type WirelessFrame, type WirelessPlan } from "../traffic/wireless-plan.ts";
import { seeFrame, type WirelessObservation } from "../verdict/wireless.ts";
import type { Seen } from "./seen.ts";

/** All that is known of one run of the scenario. */
export interface Material {
  readonly plan: WirelessPlan;
  readonly seen: WirelessSeen;
  readonly pings: ReadonlyMap<string, boolean>;
  readonly ports: ReadonlyMap<boolean, string>;
  readonly capture: string;
}

export function lookIn(material: Material): (spec: WirelessSpec) => Seen {
  return (spec) => {
    if (spec.ask.what === "ping") return lookAtPing(material, spec, spec.ask);
    if (spec.ask.what === "frame") return lookAtFrame(material, spec, spec.ask);
    const refused = material.ports.get(spec.fourAddress);
    return refused === undefined ? { value: "", doubt: "nothing was said of the attempt" } : { value: refused };
  };
}

type Ask<What extends WirelessSpec["ask"]["what"]> = Extract<WirelessSpec["ask"], { what: What }>;

function observation({ seen }: Material, { id }: WirelessFrame): WirelessObservation {
  return { air: seen.air.get(id) ?? [], taps: seen.taps.get(id) ?? [] };
}

function lookAtFrame(material: Material, { fourAddress }: WirelessSpec, ask: Ask<"frame">): Seen {
  const { plan, seen, capture } = material;
  const node = nodeOf(ask.party, fourAddress);
  const [access, station] = [plan.accessInterface(node.station), node.station.interface];
  const isOut = ask.direction === "out";
  const frame = frameFor(plan, node, ask.direction, ask.to);
  const isGroup = ({ destination }: WirelessFrame) => destination === BROADCAST;
  const fences = plan.frames.filter(
    (one) =>
      one.wave === `${ask.direction}-fence` && one.device === (isOut ? station : access) && (isOut || isGroup(one)),
  );
  const probe = observation(material, frame);
  const facts = { probe, fences: fences.map((one) => observation(material, one)), drops: seen.drops, capture };
  const answers = isOut ? answersTo(material, node.address, probe, frame) : [];
  const { address: accessPoint } = accessPointOf(node.station);
  const addresses = { endpoint: node.address, station: node.station.address, accessPoint };
  const ends = isOut ? { leaves: station, receiver: access } : { leaves: access, receiver: node.interface };
  return seeFrame({ ask, ...ends, addresses }, { ...facts, answers });
}

/** What the access point sent to an address between this frame's time on the air and the next in its name. */
function answersTo(
  { seen, plan }: Material,
  address: string,
  { air }: WirelessObservation,
  { id, device }: WirelessFrame,
) {
  const from = air[0]?.frame ?? Number.POSITIVE_INFINITY;
  const later = plan.frames.filter((frame) => frame.device === device && frame.id > id);
  const probes = later.flatMap((one) => seen.air.get(one.id) ?? []).map(({ frame }) => frame);
  const pings = (seen.others.get(device) ?? []).filter(({ out, frame }) => out && frame > from);
  const until = Math.min(Number.POSITIVE_INFINITY, ...probes, ...pings.map(({ frame }) => frame));
  return seen.deauthentications.filter(({ receiver, frame }) => receiver === address && frame > from && frame < until);
}

function lookAtPing({ plan, seen, pings, capture }: Material, { fourAddress }: WirelessSpec, ask: Ask<"ping">): Seen {
  const node = nodeOf(ask.party, fourAddress);
  const others = seen.others.get(node.interface) ?? [];
  const access = plan.accessInterface(node.station);
  const fences = plan.frames.filter(({ wave, device }) => wave === "out-fence" && device === node.station.interface);
  const arrived = fences
    .flatMap(({ id }) => seen.taps.get(id) ?? [])
    .filter(({ interface: name }) => name === `${access}:host`);
  const evidence = [
    { capture, interface: node.interface, frames: others.map(({ frame }) => frame), control: [] },
    { capture, interface: `${access}:host`, frames: [], control: arrived.map(({ frame }) => frame) },
  ];
  const reached = pings.get(node.interface);
  if (reached) return { value: "reached", evidence };
  const value = "not reached";
  if (reached === undefined) return { value, evidence, doubt: "ping itself did not end" };
  if (!others.some(({ out }) => out)) return { value, evidence, doubt: `nothing was seen leaving "${node.interface}"` };
  if (arrived.length === 0) return { value, evidence, doubt: `no fence was seen at "${access}" in "${ACCESS_POINT}"` };
  return { value, evidence };
}
