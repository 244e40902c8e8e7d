/** Ethernet headers and addresses as plain data. Pure; knows no protocol above. */
import { UsageError } from "../base/errors.ts";

export interface VlanTag {
  /** The tag's own EtherType: 0x8100 (802.1Q) or 0x88a8 (802.1ad). */
  readonly protocol: number;
  /** Priority code point, 0 to 7. */
  readonly priority: number;
  readonly dropEligible: boolean;
  /** VLAN id, 0 to 4095. */
  readonly id: number;
}

export interface EthernetHeader {
  /** `02:00:00:00:00:01`. */
  readonly destination: string;
  readonly source: string;
  /** Outermost first. */
  readonly vlans: readonly VlanTag[];
  /** EtherType behind the tags; below 0x0600 it is an 802.3 length. */
  readonly etherType: number;
  /** Where in the frame the payload begins. */
  readonly payloadOffset: number;
}

const TAG_PROTOCOLS = new Set([0x8100, 0x88a8]);
const NO_VLANS: readonly VlanTag[] = [];
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The header a frame begins with; `undefined` when the frame ends before its header does. */
export function decodeEthernet(frame: Uint8Array): EthernetHeader | undefined {
  if (frame.length < 14) return undefined;
  const destination = formatMac(frame, 0);
  const source = formatMac(frame, 6);
  let etherType = uint16(frame, 12);
  let payloadOffset = 14;
  let vlans = NO_VLANS;
  while (TAG_PROTOCOLS.has(etherType)) {
    if (frame.length < payloadOffset + 4) return undefined;
    vlans = [...vlans, vlanTag(etherType, uint16(frame, payloadOffset))];
    etherType = uint16(frame, payloadOffset + 2);
    payloadOffset += 4;
  }
  return { destination, source, vlans, etherType, payloadOffset };
}

function vlanTag(protocol: number, control: number): VlanTag {
  return { protocol, priority: control >>> 13, dropEligible: (control & 0x1000) !== 0, id: control & 0xfff };
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** The six bytes from `at` on as `02:00:00:00:00:01`. @throws RangeError when there are fewer. */
export function formatMac(bytes: Uint8Array, at = 0): string {
  if (bytes.length < at + 6) throw new RangeError(`a MAC address needs 6 bytes at ${at}, there are ${bytes.length}`);
  let text = HEX[bytes[at] as number] as string;
  for (let index = at + 1; index < at + 6; index++) text += `:${HEX[bytes[index] as number]}`;
  return text;
}

/** Six bytes from `02:00:00:00:00:01`, upper or lower case. @throws UsageError for anything else. */
export function parseMac(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text))
    throw new UsageError(`"${text}" is not a MAC address: expected six pairs of hex digits such as 02:00:00:00:00:01`);
  return Uint8Array.from(text.split(":"), (pair) => Number.parseInt(pair, 16));
}
