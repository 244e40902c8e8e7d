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
const VLAN_TAG = 4;
const ETHERTYPE_VLAN = 0x8100;
const ETHERTYPE_IPV4 = 0x0800;
const IP_AND_UDP = 28;
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

/** A probe frame with an 802.1Q tag. */
export function taggedFrame(frame: Buffer, vlan: number): Buffer {
  const tag = Buffer.alloc(VLAN_TAG);
  tag.writeUInt16BE(ETHERTYPE_VLAN, 0);
  tag.writeUInt16BE(vlan, 2);
  return Buffer.concat([frame.subarray(0, ETHERNET_HEADER - 2), tag, frame.subarray(ETHERNET_HEADER - 2)]);
}

/**
 * A probe frame that is an IPv4 and UDP datagram of the flow `flow`: kernels tell flows by addresses and ports. The IPv4
 * header has no checksum, since nobody's stack is to take it.
 */
export function flowFrame(header: ProbeHeader, nonce: number, id: number, flow: number): Buffer {
  const frame = probeFrame(header, nonce, id, "");
  const payload = frame.subarray(ETHERNET_HEADER);
  const datagram = Buffer.alloc(IP_AND_UDP + payload.length);
  datagram.writeUInt16BE(0x4500, 0);
  datagram.writeUInt16BE(datagram.length, 2);
  datagram.writeUInt16BE(0x4011, 8); // TTL 64, UDP
  datagram.writeUInt32BE(0xc6120001, 12); // 198.18.0.1
  datagram.writeUInt32BE(0xc6120002, 16);
  datagram.writeUInt16BE(1024 + flow, 20);
  datagram.writeUInt16BE(9, 22); // discard
  datagram.writeUInt16BE(datagram.length - 20, 24);
  payload.copy(datagram, IP_AND_UDP);
  frame.writeUInt16BE(ETHERTYPE_IPV4, ETHERNET_HEADER - 2);
  return Buffer.concat([frame.subarray(0, ETHERNET_HEADER), datagram]);
}

/** Where the tag stands: behind a VLAN tag, and in the payload of a datagram. */
function tagOffset(bytes: Buffer): number | undefined {
  const tagged = bytes.length > ETHERNET_HEADER && bytes.readUInt16BE(ETHERNET_HEADER - 2) === ETHERTYPE_VLAN;
  const header = ETHERNET_HEADER + (tagged ? VLAN_TAG : 0);
  if (bytes.length < header + TAG_LENGTH) return undefined;
  const type = bytes.readUInt16BE(header - 2);
  const at = header + (type === ETHERTYPE_IPV4 ? IP_AND_UDP : 0);
  const isOurs = type === PROBE_ETHERTYPE || type === ETHERTYPE_IPV4;
  return isOurs && bytes.length >= at + TAG_LENGTH ? at : undefined;
}

/** The number of the frame these bytes are a copy of, or undefined when they are not a frame of this run. */
export function frameId(bytes: Buffer, nonce: number): number | undefined {
  const at = tagOffset(bytes);
  return at === undefined ? undefined : probeNumber(bytes.subarray(at), nonce);
}

/** The same, of what is behind the EtherType. */
export function probeNumber(bytes: Buffer, nonce: number): number | undefined {
  if (bytes.length < TAG_LENGTH || bytes.toString("latin1", 0, 4) !== MAGIC) return undefined;
  return bytes.readUInt32BE(4) === nonce ? bytes.readUInt32BE(8) : undefined;
}
