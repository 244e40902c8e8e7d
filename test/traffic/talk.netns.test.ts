/**
 * What the agent's conversations say of two stacks, and what it records of their frames:
 *
 *     left ---- right      over a veth pair, or over a bridge of the namespace the agent was started in
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noRoot } from "../cli/privileged.ts";
import { ethernet } from "./forged.ts";
import { openTalkPlace, type TalkPlace } from "./talk-place.ts";
import { CABLES, LEFT, RIGHT, STACKS, START } from "./two-stacks.ts";

const [IPV4, IPV6] = ["10.0.0.1 10.0.0.2", "fd00::1 fd00::2"];
const ANSWERED = [
  `icmp 0 ${IPV4} 56`,
  `icmp-fragments 0 ${IPV4} 4000`,
  `udp 0 ${IPV4} 56`,
  `udp 0 ${IPV4} 9000`,
  `tcp 0 ${IPV4} 60000`,
  `icmpv6 0 ${IPV6} 56`,
  `icmp-fragments 0 ${IPV6} 4000`,
  `udp 0 ${IPV6} 56`,
  `tcp 0 ${IPV6} 60000`,
];

describe.skipIf(noRoot).each(Object.entries(CABLES))(`two stacks over %s${noRoot}`, (_, cable) => {
  let place: TalkPlace;
  beforeAll(async () => {
    place = await openTalkPlace(["left", "right"], [...cable, ...STACKS]);
  });
  afterAll(() => place?.[Symbol.asyncDispose]());

  test("hold conversations of every kind at once", async () => {
    const talks = ANSWERED.map((talk, id) => `talk ${id} 1 ${talk}`);
    const { words, drops, frames } = await place.talk([...START, ...talks, "wait 100 5000"]);
    for (const [id, talk] of ANSWERED.entries())
      expect(words(id), talk).toEqual(["1 sent @0", "1 heard @1", "1 answered @0"]);
    expect(drops).toBe(0);
    expect(frames(0, "started").length).toBeGreaterThan(20);
  });

  test("are heard in groups that were joined, where nobody answers", async () => {
    const joined = ["group 1 239.1.2.3", "group 1 ff05::77"];
    const groups = ["10.0.0.1 239.1.2.3", "fd00::1 ff05::77", "10.0.0.1 239.1.2.4", "fd00::1 ff05::78"];
    const talks = groups.map((way, id) => `talk ${id} 1 group 0 ${way} 56`);
    const { words } = await place.talk([...START, ...joined, "serve 0", ...talks, "wait 100 5000"]);
    expect([0, 1, 2, 3].map(words)).toEqual([
      ["1 sent @0", "1 heard @1"],
      ["1 sent @0", "1 heard @1"],
      ["1 sent @0"],
      ["1 sent @0"],
    ]);
  });

  test("resolve each other, also whom they know by what was asked of them", async () => {
    const round = ["talk 0 1 resolve 0 - 10.0.0.2 0", "wait 20 2000", "mark other", "talk 1 1 resolve 1 - 10.0.0.1 0"];
    const { words, frames } = await place.talk([...START, ...round, "wait 20 2000"]);
    expect([words(0), words(1)]).toEqual([
      ["1 sent @0", "1 answered @0"],
      ["1 sent @1", "1 answered @1"],
    ]);
    expect(frames(0, "other")).toHaveLength(2);
  });
});

describe.skipIf(noRoot)(`what is recorded of two stacks${noRoot}`, () => {
  let place: TalkPlace;
  beforeAll(async () => {
    place = await openTalkPlace(["left", "right"], [...CABLES["a veth pair"], ...STACKS]);
  });
  afterAll(() => place?.[Symbol.asyncDispose]());

  test("only the frames that a filter passes, and only those of the plan's interfaces", async () => {
    // EtherType ARP: all of it; anything else: nothing.
    const program = "280000000c00000015000001060800000600000000000400" + "0600000000000000";
    const lines = START.map((line) => (line === "ns 0 left" ? `${line} ${program}` : line));
    const { words, frames } = await place.talk([
      ...lines.filter((line) => line !== "if 1 1 right" && line !== "forget 1"),
      "talk 0 1 icmp 0 10.0.0.1 10.0.0.2 56",
      "wait 20 2000",
    ]);
    expect(words(0)).toEqual(["1 sent @0", "1 heard", "1 answered @0"]);
    expect(frames(0, "started").map(({ data }) => data.readUInt16BE(12))).toEqual([0x0806, 0x0806]);
    expect(frames(1)).toEqual([]);
  });

  test("a frame's VLAN tag, which the kernel keeps beside it", async () => {
    const frame = ethernet(RIGHT, LEFT, 0x8100, Buffer.from("000988b5".padEnd(92, "5a"), "hex"));
    const { frames } = await place.talk([...START, `send 0 ${frame.toString("hex")}`, "wait 20 2000"]);
    const [received] = frames(1, "started");
    expect(received).toMatchObject({ data: frame, originalLength: frame.length });
  });

  test("fences that came, and the counters of each namespace", async () => {
    const fence = ethernet(RIGHT, LEFT, 0x88b5, Buffer.from("a fence behind everything that was said before it"));
    const tag = fence.subarray(14, 28).toString("hex");
    const { texts, frames } = await place.talk([
      ...START,
      ...[`expect 1 1 ${tag}`, `send 0 ${fence.toString("hex")}`, "wait 5 60000", "counters"],
    ]);
    expect(frames(1, "started").map(({ packetType }) => packetType)).toEqual(["host"]);
    expect(texts.at(-2)).toMatch(/^ns 0\n(.*\n)+.*left:/);
    expect(texts.at(-1)).toMatch(/^ns 1\n(.*\n)+.*right:/);
  });
});
