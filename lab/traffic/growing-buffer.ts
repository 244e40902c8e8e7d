/** Bytes put together from many small pieces, which are not kept: each would cost ten times its size. */

interface GrowingBuffer {
  readonly add: (piece: Uint8Array) => void;
  /** All of them so far. */
  readonly bytes: () => Buffer;
}

const FIRST_SIZE = 1 << 20;

export function growingBuffer(): GrowingBuffer {
  let room = Buffer.allocUnsafe(FIRST_SIZE);
  let length = 0;
  const add = (piece: Uint8Array) => {
    if (length + piece.length > room.length) {
      const more = Buffer.allocUnsafe(2 * Math.max(room.length, piece.length));
      room.copy(more, 0, 0, length);
      room = more;
    }
    room.set(piece, length);
    length += piece.length;
  };
  return { add, bytes: () => room.subarray(0, length) };
}
