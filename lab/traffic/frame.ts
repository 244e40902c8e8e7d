/**
 * Probe frames: an EtherType nobody else uses, a tag that names the frame, and a sentence for whoever reads the capture.
 */
import type { Mac } from "../model/topology.ts";

/** IEEE 802 local experimental EtherType 1: no protocol handler of the kernel touches it. */
export const PROBE_ETHERTYPE = 0x88b5;
const MAGIC = "mvlb";
const ETHERNET_HEADER = 14;
/** Bytes of the tag behind the Ethernet header: magic, the run's own number, the frame's. */
export const TAG_LENGTH = 12;
const MINIMUM_FRAME = 60;
const TEXT_LIMIT = 80;

/** The tag alone, as it stands behind the Ethernet header. */
export function tagBytes(nonce: number, id: number): Buffer {
  const tag = Buffer.alloc(TAG_LENGTH);
  tag.write(MAGIC, 0, "latin1");
  tag.writeUInt32BE(nonce, 4);
  tag.writeUInt32BE(id, 8);
  return tag;
}

export interface ProbeHeader {
  readonly destination: Mac;
  readonly source: Mac;
}

/** A whole frame, ready to be sent. */
export function probeFrame(header: ProbeHeader, nonce: number, id: number, text: string): Buffer {
  const sentence = Buffer.from(text.slice(0, TEXT_LIMIT), "latin1");
  const frame = Buffer.alloc(Math.max(MINIMUM_FRAME, ETHERNET_HEADER + TAG_LENGTH + sentence.length));
  frame.write(header.destination.replaceAll(":", ""), 0, "hex");
  frame.write(header.source.replaceAll(":", ""), 6, "hex");
  frame.writeUInt16BE(PROBE_ETHERTYPE, 12);
  tagBytes(nonce, id).copy(frame, ETHERNET_HEADER);
  sentence.copy(frame, ETHERNET_HEADER + TAG_LENGTH);
  return frame;
}

/** The number of the frame these bytes are a copy of, or undefined when they are not a frame of this run. */
export function frameId(bytes: Buffer, nonce: number): number | undefined {
  if (bytes.length < ETHERNET_HEADER || bytes.readUInt16BE(12) !== PROBE_ETHERTYPE) return undefined;
  return probeNumber(bytes.subarray(ETHERNET_HEADER), nonce);
}

/** The same, of what is behind the EtherType. */
export function probeNumber(bytes: Buffer, nonce: number): number | undefined {
  if (bytes.length < TAG_LENGTH || bytes.toString("latin1", 0, 4) !== MAGIC) return undefined;
  return bytes.readUInt32BE(4) === nonce ? bytes.readUInt32BE(8) : undefined;
}
