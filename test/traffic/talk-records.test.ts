/** Recordings made by hand: what counts for which try of which conversation. */
import { describe, expect, test } from "vitest";
import type { TalkPlan } from "../../lab/traffic/talk-plan.ts";
import { readTalks } from "../../lab/traffic/talk-records.ts";
import { arp, ipv4, lease, tagged } from "./internet-frames.ts";
import { conversation, fences, frame, mark, onlyTalk, planOf, type Records, recordingOf, word } from "./talk-bench.ts";

const plan = planOf(conversation({}));
const { id, from, to, source, destination } = onlyTalk(plan);

const triesOf = (of: TalkPlan, ...records: Records) => readTalks(of, recordingOf(...records), "test").tries;
const read = (...records: Records) => triesOf(plan, ...records).get(id) ?? [];

const asks = arp("asks", source, destination);
const tells = arp("tells", destination, source);
const there = ipv4(source, destination);
const back = ipv4(destination, source);
const whole: Records = [
  ...[mark(0, 1), word(`${id} 1 sent`, from.number), frame(from.number, "outgoing", asks)],
  ...[frame(to.number, "broadcast", asks), frame(to.number, "outgoing", tells), frame(from.number, "host", tells)],
  ...[frame(from.number, "outgoing", there), frame(to.number, "host", there), word(`${id} 1 heard`, to.number)],
  ...[frame(to.number, "outgoing", back), frame(from.number, "host", back), word(`${id} 1 answered`, from.number)],
  fences(0, 1, from, to),
];

test("a conversation that comes to its end: all of it, with the numbers of its frames and of the fences behind them", () => {
  expect(read(...whole)).toEqual([
    {
      ...{ sent: 0, asked: true, left: true, told: true, arrived: true, heard: true, answered: true },
      source: { interface: from.device, frames: [1, 4, 5, 8], control: [9] },
      destination: { interface: to.device, frames: [2, 3, 6, 7], control: [10] },
    },
  ]);
});

test("nothing is counted before the first mark, and tries that were not begun are none", () => {
  expect(read(...whole.slice(1))).toEqual([]);
  expect(read(mark(0, 1))).toMatchObject([{ sent: undefined, left: false, answered: false }]);
  expect(read(mark(0, 1), word(`${id} 1 sent 101`, from.number))).toMatchObject([{ sent: 101 }]);
});

test("what was answered is not tried again; what was not is, with nothing of the last try", () => {
  expect(read(...whole, mark(0, 2), fences(0, 2, from, to))).toHaveLength(1);
  const tries = read(mark(0, 1), frame(from.number, "outgoing", asks), mark(0, 2));
  expect(tries.map(({ asked }) => asked)).toEqual([true, false]);
});

test("a try that is made again counts as it was the last time", () => {
  const first = [mark(0, 1), word(`${id} 1 sent 101`, from.number), frame(from.number, "outgoing", asks)];
  const again = [mark(0, 1), word(`${id} 1 sent`, from.number), fences(0, 1, from, to)];
  expect(read(...first, ...again)).toMatchObject([{ sent: 0, asked: false, source: { control: [2] } }]);
  expect(read(...whole, mark(0, 1), mark(0, 2))).toMatchObject([{ answered: true }]);
});

test("an answer that comes when the next try has begun is the answer to the first, and ends the count", () => {
  const tries = read(
    ...[mark(0, 1), word(`${id} 1 sent`, from.number), mark(0, 2), word(`${id} 1 answered`, from.number)],
    ...[word(`${id} 2 sent`, from.number), mark(0, 3)],
  );
  expect(tries).toMatchObject([{ sent: 0, answered: true }]);
});

test.each([
  ["a socket elsewhere", word(`${id} 1 heard`, from.number)],
  ["a device nobody knows", word(`${id} 1 heard`)],
  ["its macvtap's number", word(`${id} 1 heard`, to.number + 200)],
  ["its VLAN device", word(`${id} 1 heard`, to.number + 100)],
  ["another conversation", word(`${id + 1} 1 heard`, to.number)],
  ["a try that was not made", word(`${id} 3 heard`, to.number)],
])("heard by %s is not heard", (_, record) => {
  expect(read(mark(0, 1), record)).toMatchObject([{ heard: false }]);
});

test("an answer that comes to somebody else is none", () => {
  expect(read(mark(0, 1), word(`${id} 1 answered`, to.number))).toMatchObject([{ answered: false }]);
});

test("copies are counted", () => {
  const heard = word(`${id} 1 heard`, to.number);
  const answered = word(`${id} 1 answered`, from.number);
  expect(read(mark(0, 1), heard, heard, answered)).toMatchObject([{ duplicates: { heard: 1, answered: 0 } }]);
  expect(read(mark(0, 1), heard, answered)[0]).not.toHaveProperty("duplicates");
});

describe("a fence", () => {
  test.each([
    ["of another try", fences(0, 2, from, to)],
    ["of another round", fences(1, 1, from, to)],
    ["that leaves", fences(0, 1, from, to).map((one) => ({ ...one, packetType: "outgoing" as const }))],
  ])("%s controls nothing", (_, records) => {
    const [one] = read(mark(0, 1), records);
    expect([one?.source.control, one?.destination.control]).toEqual([[], []]);
  });

  test("that came to one end says nothing about the other", () => {
    const [one] = read(mark(0, 1), fences(0, 1, from));
    expect([one?.source.control, one?.destination.control]).toEqual([[1], []]);
  });
});

describe("frames", () => {
  const stranger = ipv4("198.18.1.77", "198.18.2.77");

  test("of others are in the capture, and nobody's evidence", () => {
    const { bytes, tries } = readTalks(plan, recordingOf(mark(0, 1), frame(to.number, "host", stranger)), "test");
    expect(tries.get(id)).toMatchObject([{ destination: { frames: [] } }]);
    expect(bytes.includes(stranger)).toBe(true);
  });

  test("that arrive at the peer's device count as arrived only if they are addressed to it", () => {
    expect(read(mark(0, 1), frame(to.number, "otherhost", there))).toMatchObject([{ arrived: false }]);
    expect(read(mark(0, 1), frame(to.number, "host", there))).toMatchObject([{ arrived: true, heard: false }]);
  });

  test("count where they were seen: what leaves the source has not left the destination", () => {
    const odd = [frame(to.number, "outgoing", there), frame(from.number, "outgoing", back)];
    expect(read(mark(0, 1), odd)).toMatchObject([{ left: false, heard: false }]);
  });

  test("to a third party are no part of it, though an end sends them", () => {
    const elsewhere = frame(from.number, "outgoing", ipv4(source, "224.0.0.22", 2));
    expect(read(mark(0, 1), elsewhere)).toMatchObject([{ left: false, source: { frames: [] } }]);
  });

  test("behind the fence are no evidence", () => {
    const late = frame(from.number, "host", ipv4("198.18.1.127", source));
    const tries = read(mark(0, 1), late, fences(0, 1, from), late);
    expect(tries).toMatchObject([{ source: { frames: [1], control: [2] } }]);
  });

  test("of devices that are no resident's stack have no number", () => {
    expect(read(mark(0, 1), frame(to.number + 200, "host", there), fences(0, 1, to))[0]?.destination.control).toEqual([
      1,
    ]);
  });
});

describe("a tagged conversation", () => {
  const own = planOf(conversation({ traffic: "vlan" }));
  const talk = onlyTalk(own);
  const packet = ipv4(talk.source, talk.destination);
  const left = (data: Buffer) =>
    triesOf(own, mark(0, 1), frame(talk.from.number, "outgoing", data)).get(talk.id)?.[0]?.left;

  test("is held in its VLAN alone: a frame without its tag, or in another VLAN, is none of it", () => {
    expect([left(tagged(packet, 109)), left(packet), left(tagged(packet, 7))]).toEqual([true, false, false]);
  });

  test("is heard on VLAN devices", () => {
    const heard = (at: number) => triesOf(own, mark(0, 1), word(`${talk.id} 1 heard`, at)).get(talk.id)?.[0]?.heard;
    expect([heard(talk.to.number + 100), heard(talk.to.number)]).toEqual([true, false]);
  });

  test("and no other is", () => {
    expect(read(mark(0, 1), frame(from.number, "outgoing", tagged(there, 109)))).toMatchObject([{ left: false }]);
  });
});

test("to a group: known by who says it, heard by the peer's socket", () => {
  const own = planOf(conversation({ traffic: "igmp" }));
  const talk = onlyTalk(own);
  const said = ipv4(talk.source, talk.destination, 17);
  const others = ipv4("198.18.1.77", talk.destination, 17);
  const tries = (data: Buffer) => triesOf(own, mark(0, 1), frame(talk.to.number, "multicast", data)).get(talk.id);
  expect(tries(said)).toMatchObject([{ arrived: true, destination: { frames: [1] } }]);
  expect(tries(others)).toMatchObject([{ arrived: false, destination: { frames: [] } }]);
});

test("a lease: known by the client's hardware address; the server is heard of when it answers", () => {
  const [tap, ext] = [{ kind: "macvtap", mode: "vepa" } as const, { kind: "external-host" } as const];
  const own = planOf(
    conversation({ traffic: "dhcp", placement: "endpoint-to-external", source: tap, destination: ext }),
  );
  const talk = onlyTalk(own);
  const [one] =
    triesOf(
      own,
      ...[mark(0, 1), frame(talk.from.number, "outgoing", lease("asks", talk.source))],
      ...[frame(talk.to.number, "broadcast", lease("asks", talk.source))],
      ...[frame(talk.to.number, "outgoing", lease("tells", talk.source))],
      ...[word(`${talk.id} 1 sent`), word(`${talk.id} 1 answered`)],
    ).get(talk.id) ?? [];
  expect(one).toMatchObject({ sent: 0, left: true, arrived: true, heard: true, answered: true });
});
