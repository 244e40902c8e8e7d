import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { handOn } from "../../../lab/cli/hand/output.ts";

const CHUNK = Buffer.alloc(10);

/** Takes nothing until it is told to. */
function slowReader() {
  let take = () => {};
  const stream = new Writable({
    highWaterMark: 5,
    write(_chunk, _encoding, done) {
      take = done;
    },
  });
  return { stream, take: () => take() };
}

test("waits for room, once for all that is written meanwhile", async () => {
  const { stream, take } = slowReader();
  const first = handOn(stream, CHUNK);
  expect(first).toBeInstanceOf(Promise);
  for (let more = 0; more < 20; more++) expect(handOn(stream, CHUNK)).toBe(first);
  expect(stream.listenerCount("drain")).toBe(1);
  while (stream.writableLength > 0) take();
  await first;
  expect(stream.listenerCount("drain")).toBe(0);
});

test("waits for no reader that is gone", async () => {
  const { stream } = slowReader();
  const room = handOn(stream, CHUNK);
  stream.destroy();
  await room;
  expect(handOn(stream, CHUNK)).toBeUndefined();
});
