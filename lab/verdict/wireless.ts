/** What the recordings of the wireless scenario say about one question: a value, why it may prove nothing, and frames. */
import type { Evidence } from "../model/results.ts";
import { captureInterface, type TapKind } from "../model/sighting.ts";
import type { Mac } from "../model/topology.ts";
import type { WirelessAsk, WirelessParty } from "../model/wireless.ts";

/** One frame as the air and the taps saw it. Frame numbers are the capture's, in the order of time. */
export interface WirelessObservation {
  readonly air: readonly { readonly transmitter: Mac; readonly form: string; readonly frame: number }[];
  readonly taps: readonly {
    readonly interface: string;
    readonly out: boolean;
    readonly foreign: boolean;
    readonly frame: number;
  }[];
}

export interface WirelessEnds {
  readonly ask: Extract<WirelessAsk, { what: "frame" }>;
  /** The interface whose frames go onto the air, on the sender's side. */
  readonly leaves: string;
  /** The interface of the receiver. */
  readonly receiver: string;
  readonly addresses: { readonly endpoint: Mac; readonly station: Mac; readonly accessPoint: Mac };
}

export interface WirelessFacts {
  readonly probe: WirelessObservation;
  /** Those sent later to the same receiver, which reach it whatever becomes of the probe. */
  readonly fences: readonly WirelessObservation[];
  /** What the access point sent to the party's address by itself, because of this frame. */
  readonly answers: readonly { readonly reason: number; readonly frame: number }[];
  readonly drops: number;
  readonly capture: string;
}

export interface WirelessSeen {
  readonly value: string;
  readonly doubt?: string;
  readonly evidence: Evidence[];
}

/** Where copies are counted at: as in a cell. */
export function countedAt(name: string, party: WirelessParty | "host"): string {
  const tap: TapKind = party === "host" || party === "station" ? "host" : party.kind === "macvtap" ? "device" : "tap";
  return captureInterface(name, tap);
}

export function seeFrame(ends: WirelessEnds, facts: WirelessFacts): WirelessSeen {
  const { ask, leaves } = ends;
  const { probe, fences, answers } = facts;
  const counted = countedAt(ends.receiver, ask.direction === "out" ? "host" : ask.party);
  const arrivals = (one: WirelessObservation) =>
    one.taps.filter(({ interface: name, out, foreign }) => name === counted && !out && !foreign);
  const left = probe.taps.filter(({ interface: name, out }) => name === leaves && out);
  const copies = arrivals(probe);
  const control = fences.flatMap(arrivals).map(({ frame }) => frame);
  const fenceOnAir = fences.flatMap(({ air }) => air).map(({ frame }) => frame);
  const at = (name: string, frames: readonly { frame: number }[], fence: readonly number[]): Evidence => ({
    capture: facts.capture,
    interface: name,
    frames: frames.map(({ frame }) => frame),
    control: [...fence],
  });
  const doubt = doubtOf({ left: left.length, copies: copies.length, control, fenceOnAir, counted, leaves }, facts);
  const onAir = probe.air.map(({ transmitter, form }) => `${whose(transmitter, ends)}/${form}`).join("+") || "none";
  const answer = answers[0] ? `deauthentication/${answers[0].reason}` : "none";
  const value = `air=${onAir} delivered=${copies.length}${ask.direction === "out" ? ` answer=${answer}` : ""}`;
  const evidence = [
    at(leaves, left, []),
    at("air", [...probe.air, ...answers], fenceOnAir),
    at(counted, copies, control),
  ];
  return { value, evidence, ...(doubt === undefined ? {} : { doubt }) };
}

interface Signs {
  readonly left: number;
  readonly copies: number;
  readonly control: readonly number[];
  readonly fenceOnAir: readonly number[];
  readonly counted: string;
  readonly leaves: string;
}

function doubtOf(
  { left, copies, control, fenceOnAir, counted, leaves }: Signs,
  { drops, probe }: WirelessFacts,
): string | undefined {
  if (left === 0) return `the frame was not seen leaving "${leaves}"`;
  if (drops > 0) return `the recorders had no room for ${drops} frames`;
  if (copies === 0 && control.length === 0) return `no fence was seen at "${counted}"`;
  if (probe.air.length === 0 && fenceOnAir.length === 0) return "no fence was seen on the air";
  return undefined;
}

/** A passthru endpoint's address is the station's. */
function whose(transmitter: Mac, { addresses }: WirelessEnds): string {
  if (transmitter === addresses.accessPoint) return "access-point";
  if (transmitter === addresses.station) return "station";
  return transmitter === addresses.endpoint ? "endpoint" : transmitter;
}
