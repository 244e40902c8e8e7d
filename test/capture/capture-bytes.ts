/** Builds capture files byte by byte, independently of the writer: any byte order, any block, also wrong ones. */

/** Little-endian unless `big`. */
export class Bytes {
  readonly #parts: Buffer[] = [];
  readonly #big: boolean;

  constructor(big = false) {
    this.#big = big;
  }

  u16(...values: number[]): this {
    for (const value of values) this.#number(2, value);
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.#number(4, value);
    return this;
  }

  u64(value: bigint): this {
    const low = Number(value & 0xffffffffn);
    const high = Number(BigInt.asUintN(64, value) >> 32n);
    return this.#big ? this.u32(high, low) : this.u32(low, high);
  }

  raw(bytes: Uint8Array | string): this {
    this.#parts.push(Buffer.from(bytes as Uint8Array));
    return this;
  }

  option(code: number, value: Uint8Array | string): this {
    const content = Buffer.from(value as Uint8Array);
    return this.u16(code, content.length).raw(content).pad();
  }

  pad(): this {
    const length = this.done().length;
    return this.raw(Buffer.alloc(-length & 3));
  }

  block(type: number, body: Bytes): this {
    const content = body.pad().done();
    return this.u32(type, content.length + 12)
      .raw(content)
      .u32(content.length + 12);
  }

  section(): this {
    return this.block(0x0a0d0d0a, new Bytes(this.#big).u32(0x1a2b3c4d).u16(1, 0).u64(-1n));
  }

  /** An interface with the default unit, microseconds, unless `options` says otherwise. */
  interface(name: string, options = new Bytes(this.#big), snapLength = 0): this {
    const body = new Bytes(this.#big).u16(1, 0).u32(snapLength).option(2, name).raw(options.done()).u16(0, 0);
    return this.block(1, body);
  }

  enhanced(id: number, units: bigint, data: Uint8Array, options = new Bytes(this.#big)): this {
    const high = Number(units >> 32n);
    const low = Number(units & 0xffffffffn);
    const body = new Bytes(this.#big).u32(id, high, low, data.length, data.length).raw(data).pad();
    return this.block(6, body.raw(options.done()));
  }

  done(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #number(size: 2 | 4, value: number): void {
    const part = Buffer.alloc(size);
    if (this.#big) part.writeUIntBE(value, 0, size);
    else part.writeUIntLE(value, 0, size);
    this.#parts.push(part);
  }
}

export interface PcapRecord {
  readonly seconds: number;
  readonly fraction: number;
  readonly data: Uint8Array;
  readonly originalLength?: number;
}

export function pcapFile(magic: number, big: boolean, records: readonly PcapRecord[]): Buffer {
  const file = new Bytes(big).u32(magic).u16(2, 4).u32(0, 0, 262_144, 1);
  for (const { seconds, fraction, data, originalLength } of records)
    file.u32(seconds, fraction, data.length, originalLength ?? data.length).raw(data);
  return file.done();
}
