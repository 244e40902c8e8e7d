/** The command channel's messages as bytes: length of the payload, job, type, nothing; payload (`images/agent/channel.c`). */

const HEADER = 8;

export interface Message {
  /** The job it is about; 0 is the agent itself. */
  readonly job: number;
  /** One letter. */
  readonly type: string;
  readonly payload: Buffer;
}

export function messageBytes(job: number, type: string, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(HEADER);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt16LE(job, 4);
  head[6] = type.charCodeAt(0);
  return Buffer.concat([head, payload]);
}

/** Puts messages together from the pieces a stream comes in. */
export class MessageReader {
  #pending: Buffer[] = [];
  #length = 0;

  /** The messages that are complete with this piece. */
  *read(piece: Buffer): Generator<Message> {
    this.#pending.push(piece);
    this.#length += piece.length;
    while (this.#length >= HEADER) {
      const joined = this.#pending.length === 1 ? (this.#pending[0] as Buffer) : Buffer.concat(this.#pending);
      this.#pending = [joined];
      const length = HEADER + joined.readUInt32LE(0);
      if (joined.length < length) return;
      this.#pending = [joined.subarray(length)];
      this.#length = joined.length - length;
      const type = String.fromCharCode(joined[6] as number);
      yield { job: joined.readUInt16LE(4), type, payload: joined.subarray(HEADER, length) };
    }
  }
}
