/**
 * Bytes that arrive in pieces of any size and are taken off in records. Bytes are copied only where a record spans
 * pieces, and each at most once per record, so that one-byte pieces cost no more than linear time.
 */

export class ByteQueue {
  /** The stretch being read; records lie in it from `position` on. Replaced by `append` and `has`, never rewritten. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  position = 0;
  /** Bytes of the whole stream before `position`. */
  offset = 0;
  #later: Uint8Array[] = [];
  #laterLength = 0;

  /** Bytes not taken yet. */
  get remaining(): number {
    return this.bytes.length - this.position + this.#laterLength;
  }

  append(piece: Uint8Array): void {
    this.#later.push(piece);
    this.#laterLength += piece.length;
  }

  /** Whether `count` bytes are there; if so they lie contiguously in `bytes`. */
  has(count: number): boolean {
    if (this.bytes.length - this.position >= count) return true;
    if (this.remaining < count) return false;
    this.#join();
    return true;
  }

  skip(count: number): void {
    this.position += count;
    this.offset += count;
  }

  #join(): void {
    const rest = this.bytes.subarray(this.position);
    const [first] = this.#later;
    const whole =
      rest.length === 0 && this.#later.length === 1 && first ? first : Buffer.concat([rest, ...this.#later]);
    // A plain Uint8Array: views of a Buffer are Buffers, which cost more to make.
    this.bytes = new Uint8Array(whole.buffer, whole.byteOffset, whole.length);
    this.view = new DataView(whole.buffer, whole.byteOffset, whole.length);
    this.position = 0;
    this.#later = [];
    this.#laterLength = 0;
  }
}
