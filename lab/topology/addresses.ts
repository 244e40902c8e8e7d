/** Addresses and device names, all fixed in advance. */
import type { Mac } from "../model/topology.ts";
import type { EndpointKind, Mode, Party } from "../model/vocabulary.ts";

/** Addresses are locally administered and carry the lab's name: `02:6d:76` ("mv"), then a number. */
export function unicastAddress(number: number): Mac {
  return address(0x02, number);
}

/** Link-layer groups that belong to nobody's protocol. */
export function groupAddress(number: number): Mac {
  return address(0x03, number);
}

/** Joined by every endpoint. */
export const JOINED_GROUP: Mac = groupAddress(1);
/** A group nobody sends to: an address that neither a device nor a sender may have. */
export const REFUSED_ADDRESS: Mac = groupAddress(0xc0ffee);
export const BROADCAST: Mac = "ff:ff:ff:ff:ff:ff";

function address(first: number, number: number): Mac {
  const bytes = [first, 0x6d, 0x76, (number >> 16) & 0xff, (number >> 8) & 0xff, number & 0xff];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

const KIND_TAG: Record<EndpointKind, string> = { macvlan: "mvl", macvtap: "mvt" };
const MODE_TAG: Record<Mode, string> = { private: "prv", vepa: "vep", bridge: "brg", passthru: "pas", source: "sr" };

/** `a-mvl-vep1`: lower device a, macvlan, vepa, the first; `srs` and `sro` are source mode with sender or other listed. */
export function endpointName(lowerTag: string, party: Party, instance: number): string {
  const kind = KIND_TAG[party.kind as EndpointKind];
  const mode = MODE_TAG[party.mode as Mode] + (party.mode === "source" ? (party.sourceList ?? "other").charAt(0) : "");
  return `${lowerTag}-${kind}-${mode}${instance}`;
}

const NAME = new RegExp(`-(${Object.values(KIND_TAG).join("|")})-(${Object.values(MODE_TAG).join("|")})[so]?\\d+$`);

/** The kind and mode of an endpoint, by the name `endpointName` gave it. */
export function endpointNamed(name: string): { readonly kind: EndpointKind; readonly mode: Mode } | undefined {
  const [, kindTag, modeTag] = NAME.exec(name) ?? [];
  const [kind] = Object.entries(KIND_TAG).find(([, tag]) => tag === kindTag) ?? [];
  const [mode] = Object.entries(MODE_TAG).find(([, tag]) => tag === modeTag) ?? [];
  return kind && mode ? { kind: kind as EndpointKind, mode: mode as Mode } : undefined;
}
