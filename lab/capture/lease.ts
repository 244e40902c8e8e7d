/** A DHCP message's client, and which way it goes. Pure. */
import { decodeEthernet, formatMac } from "./ethernet.ts";

export interface LeaseMessage {
  /** To the server, or from it. */
  readonly says: "asks" | "tells";
  /** The client's hardware address. */
  readonly client: string;
}

const IPV4 = 0x0800;
const UDP = 17;
const PORTS = [67, 68];
const IPV4_LENGTH = 20;
/** Within the message: its op code, and the client's hardware address (RFC 2131). */
const REQUEST = 1;
const MESSAGE = IPV4_LENGTH + 8;
const CLIENT = MESSAGE + 28;

/** Undefined for anything else, and for what ends too early. IPv4 headers have no options here. */
export function decodeLease(frame: Buffer): LeaseMessage | undefined {
  const ethernet = decodeEthernet(frame);
  if (!ethernet || ethernet.etherType !== IPV4) return undefined;
  const { payloadOffset: at } = ethernet;
  if (frame.length < at + CLIENT + 6 || frame[at + 9] !== UDP) return undefined;
  if (!PORTS.includes(frame.readUInt16BE(at + IPV4_LENGTH + 2))) return undefined;
  return { says: frame[at + MESSAGE] === REQUEST ? "asks" : "tells", client: formatMac(frame, at + CLIENT) };
}
