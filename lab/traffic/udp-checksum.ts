/** Checksums of UDP datagrams in captured frames: one that is left to others holds the sum of the addresses alone. Pure. */
import { decodeEthernet } from "../capture/ethernet.ts";

const IPV4 = 0x0800;
const UDP = 17;
const UDP_HEADER = 8;
const CHECKSUM = 6;

/**
 * Whether the datagram's checksum is the one its sender left to others (`CHECKSUM_PARTIAL`): the sum of the pseudo-header,
 * not yet complemented. False for anything that is no whole UDP datagram over IPv4.
 */
export function isOpenChecksum(frame: Buffer): boolean {
  const ethernet = decodeEthernet(frame);
  if (ethernet?.etherType !== IPV4) return false;
  const at = ethernet.payloadOffset;
  const udp = at + 4 * ((frame[at] ?? 0) & 0x0f);
  if (frame[at + 9] !== UDP || frame.length < udp + UDP_HEADER) return false;
  const pseudo = [at + 12, at + 14, at + 16, at + 18].reduce((sum, word) => sum + frame.readUInt16BE(word), 0);
  return frame.readUInt16BE(udp + CHECKSUM) === folded(pseudo + UDP + frame.readUInt16BE(udp + 4));
}

function folded(sum: number): number {
  return sum > 0xffff ? folded((sum & 0xffff) + (sum >>> 16)) : sum;
}
