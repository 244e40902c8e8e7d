/** How far conversations of two stacks on a cable come, as the agent tells it: errors, copies, silence. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noRoot } from "../cli/privileged.ts";
import { ethernet, icmpAnswer } from "./forged.ts";
import { NONCE, openTalkPlace, type TalkPlace } from "./talk-place.ts";
import { CABLES, LEFT, RIGHT, STACKS, START } from "./two-stacks.ts";

const ECONNREFUSED = 111;
const EHOSTUNREACH = 113;
const EMSGSIZE = 90;
const ENETUNREACH = 101;

describe.skipIf(noRoot)(`what is told of two stacks${noRoot}`, () => {
  let place: TalkPlace;
  beforeAll(async () => {
    const quick = [
      "ip netns exec left sysctl -q -w net.ipv4.neigh.left.mcast_solicit=1 net.ipv4.neigh.left.retrans_time_ms=50",
    ];
    place = await openTalkPlace(["left", "right"], [...CABLES["a veth pair"], ...STACKS, ...quick]);
  });
  afterAll(() => place?.[Symbol.asyncDispose]());

  test("errors, at once and later", async () => {
    const { words } = await place.talk([
      ...START.filter((line) => line !== "serve 1"),
      "talk 0 1 icmp 0 10.0.0.1 192.0.2.1 56",
      "talk 1 1 icmp 0 10.0.0.1 10.0.0.2 1473",
      "talk 2 1 icmp 0 10.0.0.1 10.0.0.9 56",
      "talk 3 1 tcp 0 10.0.0.1 10.0.0.9 56",
      "talk 4 1 tcp 0 10.0.0.1 10.0.0.2 56",
      "talk 5 1 udp 0 10.0.0.1 10.0.0.2 56",
      "talk 6 1 resolve 0 - 10.0.0.8 0",
      "wait 300 5000",
    ]);
    const later = [EHOSTUNREACH, EHOSTUNREACH, ECONNREFUSED, ECONNREFUSED, EHOSTUNREACH];
    expect([0, 1].map(words)).toEqual([[`1 sent ${ENETUNREACH} @0`], [`1 sent ${EMSGSIZE} @0`]]);
    expect([2, 3, 4, 5, 6].map(words)).toEqual(later.map((error) => ["1 sent @0", `1 error ${error} @0`]));
  });

  test("silence of what was hushed, and nothing at all of what was answered", async () => {
    const { words, frames } = await place.talk([
      ...START,
      "talk 0 1 icmp 0 10.0.0.1 10.0.0.2 56",
      "talk 1 1 tcp 1 fd00::2 fd00::9 56",
      "talk 2 1 udp 1 10.0.0.2 10.0.0.9 56",
      "wait 20 2000",
      "hush",
      "mark hushed",
      "wait 1500 1500",
      "mark again",
      "talk 0 2 icmp 0 10.0.0.1 10.0.0.2 56",
      "talk 2 2 udp 1 10.0.0.2 10.0.0.9 56",
      "wait 20 2000",
    ]);
    expect(words(0)).toEqual(["1 sent @0", "1 heard @1", "1 answered @0"]);
    expect(words(1)).toEqual(["1 sent @1"]);
    expect(words(2)).toEqual(["1 sent @1", "2 sent @1"]);
    expect(frames(1, "hushed")).toEqual([]);
    expect(frames(1, "again")).toHaveLength(1);
  });

  test("each copy of an answer, but none of another plan's or to a question nobody asked", async () => {
    const forged = (nonce: string, id: number) => {
      const answer = icmpAnswer({ from: "10.0.0.2", to: "10.0.0.1", nonce, id, attempt: 1 });
      return `send 1 ${ethernet(LEFT, RIGHT, 0x0800, answer).toString("hex")}`;
    };
    const asked = ["talk 7 1 icmp 0 10.0.0.1 10.0.0.2 16", "wait 20 2000"];
    const copies = [forged(NONCE, 7), forged("0badc0de", 7), forged(NONCE, 8), "wait 20 2000"];
    const { words } = await place.talk([...START, ...asked, ...copies]);
    expect(words(7)).toEqual(["1 sent @0", "1 heard @1", "1 answered @0", "1 answered @0"]);
    expect(words(8)).toEqual([]);
  });

  test("what static neighbours change: nobody is asked, and the wrong one is not heard", async () => {
    const right = [`neigh 0 10.0.0.2 ${RIGHT}`, `neigh 1 10.0.0.1 ${LEFT}`, "mark right"];
    const wrong = ["neigh 0 10.0.0.2 02:00:00:00:00:99", "mark wrong"];
    const none = ["neigh 0 10.0.0.2 -", "neigh 0 10.0.0.2 -", "neigh 1 10.0.0.1 -", "mark none"];
    const forgotten = ["forget 0", "forget 1", "mark forgotten"];
    const rounds = [right, wrong, none, forgotten].flatMap((lines, id) => [
      ...lines,
      `talk ${id} 1 icmp 0 10.0.0.1 10.0.0.2 56`,
      "wait 20 2000",
    ]);
    const { words, frames } = await place.talk([...START, ...rounds]);
    const types = (mark: string) => frames(0, mark).map(({ data }) => data.readUInt16BE(12).toString(16));
    const heard = ["1 sent @0", "1 heard @1", "1 answered @0"];
    expect([0, 1, 2, 3].map(words)).toEqual([heard, ["1 sent @0"], heard, heard]);
    expect(types("right")).toEqual(["800", "800"]);
    expect(types("wrong")).toEqual(["800"]);
    for (const mark of ["none", "forgotten"]) expect(types(mark)).toEqual(["806", "806", "800", "800"]);
  });

  test("plans that cannot be played, with line and reason", async () => {
    const refused = (line: string) => expect(place.talk([...START.slice(0, 6), line])).rejects;
    await refused("talk 0 1 semaphore 0 10.0.0.1 10.0.0.2 56").toThrow('plan line 7: "semaphore" is no kind');
    await refused("talk 0 1 icmp 5 10.0.0.1 10.0.0.2 56").toThrow("plan line 7: there is no interface 5");
    await refused("talk 0 1 icmp 0 10.0.0.1 10.0.0.2 15").toThrow("plan line 7: addresses of one family and 16 to");
    await refused("ns 4 nowhere").toThrow(/plan line 7: .*nowhere.* is no namespace: No such file/);
    await refused("neigh 0 10.0.0.2 01:02").toThrow('plan line 7: "01:02" is no link-layer address');
    await refused("serve").toThrow('plan line 7: "serve" with 1 words is no plan line');
  });
});
