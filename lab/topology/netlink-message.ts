/**
 * Netlink messages as a shell command, for what the kernel is to be asked and `ip` does not let through. `ip address
 * restore` sends whatever messages it is given, whoever saved them, and prints the kernel's refusal: no other program.
 */
import { endianness } from "node:os";
import type { MacvlanAttributes } from "../model/check-step.ts";

/** What such a file begins with (`ipaddress.c`). */
const MAGIC = 0x47361222;
const RTM_NEWLINK = 16;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const [IFLA_IFNAME, IFLA_LINKINFO] = [3, 18];
const [IFLA_INFO_KIND, IFLA_INFO_DATA] = [1, 2];
const [IFLA_MACVLAN_MODE, IFLA_MACVLAN_FLAGS] = [1, 2];

export interface LinkRequest {
  readonly name: string;
  readonly kind: string;
  readonly attributes: MacvlanAttributes;
}

/** The command that changes an endpoint that exists. */
export function netlinkCommand(request: LinkRequest): string {
  const bytes = Buffer.concat([number32(MAGIC), newLink(request)]);
  const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  return `printf '${octal}' | ip address restore`;
}

/** One message. The device is found by its name: its index is 0. */
function newLink({ name, kind, attributes }: LinkRequest): Buffer {
  const body = Buffer.concat([
    Buffer.alloc(16), // struct ifinfomsg
    attribute(IFLA_IFNAME, Buffer.from(`${name}\0`)),
    attribute(
      IFLA_LINKINFO,
      Buffer.concat([attribute(IFLA_INFO_KIND, Buffer.from(kind)), attribute(IFLA_INFO_DATA, dataOf(attributes))]),
    ),
  ]);
  const header = Buffer.concat([
    number32(16 + body.length),
    number16(RTM_NEWLINK),
    number16(NLM_F_REQUEST | NLM_F_ACK),
    Buffer.alloc(8),
  ]);
  return Buffer.concat([header, body]);
}

function dataOf({ mode, flags, raw }: MacvlanAttributes): Buffer {
  return Buffer.concat([
    ...(mode === undefined ? [] : [attribute(IFLA_MACVLAN_MODE, number32(mode))]),
    ...(flags === undefined ? [] : [attribute(IFLA_MACVLAN_FLAGS, number16(flags))]),
    ...(raw ? [attribute(raw.attribute, Buffer.alloc(raw.bytes))] : []),
  ]);
}

/** Length, type, payload, padded to four bytes. */
function attribute(type: number, payload: Buffer): Buffer {
  const length = 4 + payload.length;
  return Buffer.concat([number16(length), number16(type), payload, Buffer.alloc((4 - (length % 4)) % 4)]);
}

/** In the machine's own order of bytes, which is the guest's. */
function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  if (endianness() === "LE") bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
  return bytes;
}

function number16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  if (endianness() === "LE") bytes.writeUInt16LE(value);
  else bytes.writeUInt16BE(value);
  return bytes;
}
