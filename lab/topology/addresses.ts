/** Addresses, all fixed in advance. */
import type { Mac } from "../model/topology.ts";

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
