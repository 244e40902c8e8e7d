import { expect, test } from "vitest";
import { probeFrame } from "../../lab/traffic/frame.ts";
import { joinTalks } from "../../lab/traffic/joint-talk-records.ts";
import type { RecordParts } from "./agent-recording.ts";
import { frame, mark, NONCE, recordingOf, word } from "./talk-bench.ts";

const [INSIDE, OUTSIDE] = [1, 2];
const CABLES = [{ near: INSIDE, far: OUTSIDE }];
const HEADER = { source: "02:6d:76:00:00:01", destination: "02:6d:76:00:00:02" };

const at = (microseconds: number, parts: RecordParts): RecordParts => ({
  ...parts,
  time: BigInt(microseconds) * 1000n,
});
const counters = (namespace: number): RecordParts => ({ kind: "text", data: `ns ${namespace}\nlo: 0` });
const signal = (microseconds: number, number: number, way: "host" | "outgoing", id: number) =>
  at(microseconds, frame(number, way, probeFrame(HEADER, NONCE, id, "signal")));

/** The guest's clock is a second ahead. */
const SKEW = 1_000_000;
const guest = recordingOf(
  counters(1),
  mark(0, 1),
  signal(SKEW + 100, INSIDE, "outgoing", 1),
  at(SKEW + 400, word("7 1 sent", INSIDE)),
  signal(SKEW + 500, INSIDE, "host", 2),
  mark(0, 2),
  signal(SKEW + 90_100, INSIDE, "outgoing", 3),
  at(SKEW + 90_400, word("7 2 sent", INSIDE)),
  signal(SKEW + 90_500, INSIDE, "host", 4),
  counters(1),
);
const atSwitch = recordingOf(
  counters(2),
  mark(0, 1),
  signal(200, OUTSIDE, "host", 1),
  signal(300, OUTSIDE, "outgoing", 2),
  at(700, word("7 1 heard", OUTSIDE)),
  mark(0, 2),
  signal(90_200, OUTSIDE, "host", 3),
  signal(90_300, OUTSIDE, "outgoing", 4),
  at(90_700, word("7 2 heard", OUTSIDE)),
  counters(2),
);

test("recordings of two guests are one: stretch by stretch, in the order of time by the switch's clock", () => {
  const { recording, clockError } = joinTalks([{ recording: guest, cables: CABLES }], atSwitch, NONCE);
  const shown = recording.stream.map(({ kind, interface: number, data, packetType }) =>
    kind === "tap" ? `${number} ${packetType}` : (data.toString().split("\n")[0] as string),
  );
  expect(shown).toEqual([
    ...["ns 1", "ns 2", "round 0 try 1", "1 outgoing", "2 host", "2 outgoing", "7 1 sent", "1 host", "7 1 heard"],
    ...["round 0 try 2", "1 outgoing", "2 host", "2 outgoing", "7 2 sent", "1 host", "7 2 heard", "ns 1", "ns 2"],
  ]);
  expect(clockError).toBeGreaterThan(0);
  expect(clockError).toBeLessThan(1_000_000);
});

test("agents that did not play the same rounds are an error", () => {
  const shorter = recordingOf(counters(2), mark(0, 1));
  expect(() => joinTalks([{ recording: guest, cables: CABLES }], shorter, NONCE)).toThrow(/same rounds/);
});

test("where nothing crossed both ways, times stay, and nobody says how far they are off", () => {
  const silent = recordingOf(counters(2), mark(0, 1), mark(0, 2), counters(2));
  const { recording, clockError } = joinTalks([{ recording: guest, cables: CABLES }], silent, NONCE);
  expect(clockError).toBeUndefined();
  expect(recording.stream.filter(({ kind }) => kind === "tap").map(({ time }) => time)).toEqual([
    ...[100, 500, 90_100, 90_500].map((microseconds) => BigInt(SKEW + microseconds) * 1000n),
  ]);
});
