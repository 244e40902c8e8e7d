/** Frames of conversations, made by hand: only what a decoder looks at is filled in. */
import { ethernet } from "./forged.ts";

const ANYBODY = "02:00:00:00:00:01";
const BROADCAST = "ff:ff:ff:ff:ff:ff";

function bytesOf(address: string): Buffer {
  if (!address.includes(":")) return Buffer.from(address.split(".").map(Number));
  const groups = address.split(":").map((group) => Number.parseInt(group, 16));
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 255]));
}

export function arp(operation: "asks" | "tells", sender: string, target: string): Buffer {
  const payload = Buffer.alloc(46);
  payload.writeUInt16BE(operation === "asks" ? 1 : 2, 6);
  bytesOf(sender).copy(payload, 14);
  bytesOf(target).copy(payload, 24);
  return ethernet(BROADCAST, ANYBODY, 0x0806, payload);
}

/** @param protocol number of what is in it. */
export function ipv4(source: string, destination: string, protocol = 1, payload = Buffer.alloc(26)): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header[9] = protocol;
  bytesOf(source).copy(header, 12);
  bytesOf(destination).copy(header, 16);
  return ethernet(ANYBODY, ANYBODY, 0x0800, Buffer.concat([header, payload]));
}

export function ipv6(source: string, destination: string, next = 17, payload = Buffer.alloc(26)): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header[6] = next;
  bytesOf(source).copy(header, 8);
  bytesOf(destination).copy(header, 24);
  return ethernet(ANYBODY, ANYBODY, 0x86dd, Buffer.concat([header, payload]));
}

/** @param about the address asked for or told. */
export function neighbours(says: "asks" | "tells", source: string, destination: string, about: string): Buffer {
  const message = Buffer.alloc(24);
  message[0] = says === "asks" ? 135 : 136;
  bytesOf(about).copy(message, 8);
  return ipv6(source, destination, 58, message);
}

export function tagged(frame: Buffer, vlan: number): Buffer {
  return Buffer.concat([frame.subarray(0, 12), Buffer.from([0x81, 0, vlan >> 8, vlan & 255]), frame.subarray(12)]);
}

/** A DHCP message of this client, without options. */
export function lease(says: "asks" | "tells", client: string): Buffer {
  const datagram = Buffer.alloc(8 + 240);
  datagram.writeUInt16BE(says === "asks" ? 68 : 67, 0);
  datagram.writeUInt16BE(says === "asks" ? 67 : 68, 2);
  datagram[8] = says === "asks" ? 1 : 2;
  datagram.write(client.replaceAll(":", ""), 36, "hex");
  return ipv4("0.0.0.0", "255.255.255.255", 17, datagram);
}
