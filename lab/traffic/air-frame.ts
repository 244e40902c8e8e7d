/** IEEE 802.11 frames behind a radiotap header, as far as the lab needs to know them. */
import type { Mac } from "../model/topology.ts";
import { PROBE_ETHERTYPE, probeNumber } from "./frame.ts";

/** LINKTYPE_IEEE802_11_RADIOTAP of pcap and pcapng. */
export const LINKTYPE_RADIOTAP = 127;

export type AirFrame =
  /** A probe of this run, with its number. */
  | { readonly kind: "probe"; readonly id: number; readonly transmitter: Mac; readonly form: "3-address" | "4-address" }
  | { readonly kind: "deauthentication"; readonly receiver: Mac; readonly transmitter: Mac; readonly reason: number }
  | { readonly kind: "other" };

const OTHER: AirFrame = { kind: "other" };
const [MANAGEMENT, DATA] = [0, 2];
const [DISASSOCIATION, DEAUTHENTICATION] = [10, 12];
const QOS = 8;
const HEADER = 24;
/** LLC and SNAP: `aa aa 03 00 00 00`, then the EtherType. */
const SNAP = 8;

/** Never throws: what it cannot make out is `other`. */
export function parseAirFrame(bytes: Buffer, nonce: number): AirFrame {
  const frame = bytes.subarray(bytes.length >= 4 ? bytes.readUInt16LE(2) : bytes.length);
  if (frame.length < HEADER) return OTHER;
  const control = frame[0] as number;
  const [type, subtype] = [(control >> 2) & 3, control >> 4];
  if (type === MANAGEMENT && (subtype === DEAUTHENTICATION || subtype === DISASSOCIATION)) {
    if (frame.length < HEADER + 2) return OTHER;
    const [receiver, transmitter] = [macAt(frame, 4), macAt(frame, 10)];
    return { kind: "deauthentication", receiver, transmitter, reason: frame.readUInt16LE(HEADER) };
  }
  return type === DATA ? dataFrame(frame, subtype, nonce) : OTHER;
}

function dataFrame(frame: Buffer, subtype: number, nonce: number): AirFrame {
  const hasFour = ((frame[1] as number) & 3) === 3;
  const header = HEADER + (hasFour ? 6 : 0) + (subtype & QOS ? 2 : 0);
  if (frame.length < header + SNAP || frame.readUInt16BE(header + SNAP - 2) !== PROBE_ETHERTYPE) return OTHER;
  const id = probeNumber(frame.subarray(header + SNAP), nonce);
  if (id === undefined) return OTHER;
  return { kind: "probe", id, transmitter: macAt(frame, 10), form: hasFour ? "4-address" : "3-address" };
}

function macAt(bytes: Buffer, at: number): Mac {
  return [...bytes.subarray(at, at + 6)].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}
