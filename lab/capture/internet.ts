/** What an Internet packet or a question about neighbours says of itself. Pure. */
import { decodeEthernet } from "./ethernet.ts";

/** `asks` and `tells`: ARP request and reply, neighbour solicitation and advertisement. */
export interface InternetHeader {
  readonly says: "asks" | "tells" | "packet";
  /** Who says it; IPv4 as `198.18.1.2`, IPv6 as eight groups without leading zeros, nothing left out. */
  readonly source: string;
  /** Whom it is about: the address asked for, the one who asked, or the packet's destination. */
  readonly destination: string;
}

const ARP = 0x0806;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const ICMPV6 = 58;
const SOLICITATION = 135;
const ADVERTISEMENT = 136;
const ARP_LENGTH = 28;
const IPV4_LENGTH = 20;
const IPV6_LENGTH = 40;
const SOLICITATION_LENGTH = 24;

/** Undefined for anything else, and for what ends too early. */
export function decodeInternet(frame: Buffer): InternetHeader | undefined {
  const ethernet = decodeEthernet(frame);
  if (!ethernet) return undefined;
  const { etherType, payloadOffset: at } = ethernet;
  const room = frame.length - at;
  if (etherType === ARP && room >= ARP_LENGTH) return decodeArp(frame, at);
  if (etherType === IPV4 && room >= IPV4_LENGTH)
    return { says: "packet", source: ipv4(frame, at + 12), destination: ipv4(frame, at + 16) };
  return etherType === IPV6 && room >= IPV6_LENGTH ? decodeIpv6(frame, at) : undefined;
}

function decodeArp(frame: Buffer, at: number): InternetHeader {
  const says = frame.readUInt16BE(at + 6) === 1 ? "asks" : "tells";
  return { says, source: ipv4(frame, at + 14), destination: ipv4(frame, at + 24) };
}

function decodeIpv6(frame: Buffer, at: number): InternetHeader {
  const [source, destination] = [ipv6(frame, at + 8), ipv6(frame, at + 24)];
  const inner = at + IPV6_LENGTH;
  const isNeighbours = frame[at + 6] === ICMPV6 && frame.length >= inner + SOLICITATION_LENGTH;
  const type = isNeighbours ? frame[inner] : undefined;
  if (type === SOLICITATION) return { says: "asks", source, destination: ipv6(frame, inner + 8) };
  return { says: type === ADVERTISEMENT ? "tells" : "packet", source, destination };
}

function ipv4(bytes: Buffer, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

function ipv6(bytes: Buffer, at: number): string {
  let text = bytes.readUInt16BE(at).toString(16);
  for (let group = 1; group < 8; group++) text += `:${bytes.readUInt16BE(at + 2 * group).toString(16)}`;
  return text;
}
