/**
 * A packet filter that keeps what a resident has to do with: frames to and from its own internet addresses, and the lab's
 * fences. Everybody's questions to everybody reach everybody else, too.
 */
import { PROBE_ETHERTYPE } from "./frame.ts";

/** Opcodes of classic BPF (linux/filter.h). */
const LOAD_HALF = 0x28;
const LOAD_BYTE = 0x30;
const AND = 0x54;
const JUMP_EQUAL = 0x15;
const RETURN = 0x06;
const WHOLE = 0xffff;

const ARP = 0x0806;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const UDP = 17;
/** DHCP (RFC 2131). */
const SERVER_PORT = 67;
const CLIENT_PORT = 68;
/** Where an owner's number is: the low six bits of an IPv4 address's third byte, the last byte of an IPv6 address. */
const PLACES: readonly { readonly etherType: number; readonly offsets: readonly number[]; readonly mask: number }[] = [
  { etherType: ARP, offsets: [30, 40], mask: 0x3f },
  { etherType: IPV4, offsets: [28, 32], mask: 0x3f },
  { etherType: IPV6, offsets: [37, 53], mask: 0xff },
];

/** Instructions of one comparison. */
const TEST_LENGTH = 3;

interface Instruction {
  readonly code: number;
  readonly jumpTrue?: number;
  readonly jumpFalse?: number;
  readonly value: number;
}

const VLAN_TAGGED = 0x8100;
const VLAN_TAG = 4;

/**
 * The program as the agent takes it, in hexadecimal: 8 bytes an instruction, little endian. A tag is beside the frame, or
 * in it where its sender's device cannot put it there: a macvlan's own.
 */
export function residentFilter(number: number): string {
  const tagged = untagged(number, VLAN_TAG);
  return encode([
    { code: LOAD_HALF, value: 12 },
    { code: JUMP_EQUAL, jumpFalse: tagged.length, value: VLAN_TAGGED },
    ...tagged,
    ...untagged(number, 0),
  ]);
}

/** @param shift bytes in front of the EtherType that are not counted. */
function untagged(number: number, shift: number): Instruction[] {
  const protocols = PLACES.flatMap(({ etherType, offsets, mask }) => {
    const tests = offsets.flatMap((offset, index): Instruction[] => {
      const after = offsets.length - 1 - index;
      const jumps = after > 0 ? { jumpTrue: TEST_LENGTH * after } : { jumpFalse: 1 };
      return [
        { code: LOAD_BYTE, value: offset + shift },
        { code: AND, value: mask },
        { code: JUMP_EQUAL, value: number, ...jumps },
      ];
    });
    return [
      { code: JUMP_EQUAL, jumpFalse: tests.length + 2, value: etherType },
      ...tests,
      { code: RETURN, value: WHOLE },
      { code: RETURN, value: 0 },
    ];
  });
  return [
    { code: LOAD_HALF, value: 12 + shift },
    { code: JUMP_EQUAL, jumpFalse: 1, value: PROBE_ETHERTYPE },
    { code: RETURN, value: WHOLE },
    ...leases(shift),
    ...protocols,
    { code: RETURN, value: 0 },
  ];
}

/** Whatever is said about leases: who asks has no address yet. Goes on with the EtherType as before. */
function leases(shift: number): Instruction[] {
  return [
    { code: JUMP_EQUAL, jumpFalse: 7, value: IPV4 },
    { code: LOAD_BYTE, value: 23 + shift },
    { code: JUMP_EQUAL, jumpFalse: 4, value: UDP },
    { code: LOAD_HALF, value: 36 + shift },
    { code: JUMP_EQUAL, jumpTrue: 1, value: SERVER_PORT },
    { code: JUMP_EQUAL, jumpFalse: 1, value: CLIENT_PORT },
    { code: RETURN, value: WHOLE },
    { code: LOAD_HALF, value: 12 + shift },
  ];
}

/** Keeps nothing. */
export const NO_FRAMES = encode([{ code: RETURN, value: 0 }]);

function encode(program: readonly Instruction[]): string {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, { code, jumpTrue = 0, jumpFalse = 0, value }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jumpTrue, index * 8 + 2);
    bytes.writeUInt8(jumpFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  }
  return bytes.toString("hex");
}
