/**
 * The types of a running kernel, read from its BTF (`/sys/kernel/btf/vmlinux`): where a field lies, what an enum's values
 * are called. As much of the format as that takes. Pure.
 */
import { EnvironmentError } from "../base/errors.ts";

const MAGIC = 0xeb9f;
const HEADER = 24;
const TYPE = 12;

const INT = 1;
const ARRAY = 3;
const STRUCT = 4;
const UNION = 5;
const ENUM = 6;
/** Kinds that stand for the type they name: typedef, volatile, const, restrict, type tag. */
const NAMES_FOR = new Set([8, 9, 10, 11, 18]);
const FUNC_PROTO = 13;
const VAR = 14;
const DATASEC = 15;
const DECL_TAG = 17;
const ENUM64 = 19;

export interface Btf {
  /** Bytes from the start of the struct; through unnamed members. Undefined: no such struct or field. */
  readonly offsetOf: (struct: string, field: string) => number | undefined;
  /** Names of an enum by value; empty where the kernel has no such enum. */
  readonly namesOf: (name: string) => ReadonlyMap<number, string>;
}

interface Type {
  readonly name: number;
  readonly kind: number;
  readonly length: number;
  readonly bitfields: boolean;
  /** Of what it stands for. */
  readonly type: number;
  /** Where what follows its header begins. */
  readonly at: number;
}

/** @throws EnvironmentError when it is no BTF of this machine's byte order. */
export function readBtf(bytes: Buffer): Btf {
  if (bytes.length < HEADER || bytes.readUInt16LE(0) !== MAGIC)
    throw new EnvironmentError(`the kernel's BTF is not one: ${bytes.length} bytes, no magic number`);
  const start = bytes.readUInt32LE(4);
  const [typeOffset, typeLength, stringOffset] = [8, 12, 16].map((at) => bytes.readUInt32LE(at)) as [
    number,
    number,
    number,
  ];
  const types = typesOf(bytes, start + typeOffset, start + typeOffset + typeLength);
  const nameAt = (offset: number) => {
    const from = start + stringOffset + offset;
    return bytes.toString("latin1", from, bytes.indexOf(0, from));
  };
  const named = (name: string, kinds: readonly number[]) =>
    types.find((type) => type !== undefined && kinds.includes(type.kind) && nameAt(type.name) === name);
  const find = (struct: Type, field: string): number | undefined => {
    for (let index = 0; index < struct.length; index++) {
      const at = struct.at + index * TYPE;
      const [name, raw] = [nameAt(bytes.readUInt32LE(at)), bytes.readUInt32LE(at + 8)];
      const offset = (struct.bitfields ? raw & 0xffffff : raw) / 8;
      if (name === field) return offset;
      const inner = name === "" ? unnamed(types, bytes.readUInt32LE(at + 4)) : undefined;
      const within = inner && find(inner, field);
      if (within !== undefined) return offset + within;
    }
    return undefined;
  };
  return {
    offsetOf: (struct, field) => {
      const type = named(struct, [STRUCT, UNION]);
      return type && find(type, field);
    },
    namesOf: (name) => {
      const type = named(name, [ENUM, ENUM64]);
      const size = type?.kind === ENUM64 ? 12 : 8;
      const entries = Array.from({ length: type?.length ?? 0 }, (_, index): [number, string] => {
        const at = (type as Type).at + index * size;
        return [bytes.readUInt32LE(at + 4), nameAt(bytes.readUInt32LE(at))];
      });
      return new Map(entries);
    },
  };
}

/** By id; there is no type 0. */
function typesOf(bytes: Buffer, from: number, end: number): (Type | undefined)[] {
  const types: (Type | undefined)[] = [undefined];
  for (let at = from; at + TYPE <= end; ) {
    const info = bytes.readUInt32LE(at + 4);
    const type = {
      name: bytes.readUInt32LE(at),
      kind: (info >>> 24) & 0x1f,
      length: info & 0xffff,
      bitfields: info >>> 31 === 1,
      type: bytes.readUInt32LE(at + 8),
      at: at + TYPE,
    };
    types.push(type);
    at += TYPE + restOf(type);
  }
  return types;
}

function restOf({ kind, length }: Pick<Type, "kind" | "length">): number {
  switch (kind) {
    case INT:
    case VAR:
    case DECL_TAG:
      return 4;
    case ARRAY:
      return 12;
    case STRUCT:
    case UNION:
    case DATASEC:
    case ENUM64:
      return 12 * length;
    case ENUM:
    case FUNC_PROTO:
      return 8 * length;
    default:
      return 0;
  }
}

function unnamed(types: readonly (Type | undefined)[], id: number): Type | undefined {
  let type = types[id];
  while (type && NAMES_FOR.has(type.kind)) type = types[type.type];
  return type?.kind === STRUCT || type?.kind === UNION ? type : undefined;
}
