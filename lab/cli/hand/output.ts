/** Output of a command in a guest, handed on to whoever reads this command's. */
import type { Writable } from "node:stream";

const waiting = new WeakMap<Writable, Promise<void>>();

/** Undefined when there is room for more at once; a promise waits for it, and no longer than there is a reader. */
export function handOn(stream: Writable, chunk: Buffer): undefined | Promise<void> {
  if (stream.destroyed || stream.write(chunk)) return undefined;
  const known = waiting.get(stream);
  if (known) return known;
  const room = roomIn(stream);
  waiting.set(stream, room);
  return room;
}

function roomIn(stream: Writable): Promise<void> {
  const events = ["drain", "close", "error"];
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) stream.off(event, done);
      waiting.delete(stream);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}
