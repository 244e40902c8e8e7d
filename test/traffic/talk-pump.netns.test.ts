/**
 * Stacks behind macvtaps, as a virtual machine's is: one's tap is pumped to the macvtap of the same name.
 *
 *     one ==== tap-one ---- lower ---- port (switch) port-out ---- outside
 *     two ==== tap-two --'
 *
 * `tap-one` is in the namespace the agent was started in, `tap-two` in another, with the same index.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noRoot } from "../cli/privileged.ts";
import { NONCE, openTalkPlace, type TalkPlace, untilUp } from "./talk-place.ts";

const INDEX = 500;
const MACS = { one: "02:00:00:00:00:01", two: "02:00:00:00:00:02" };

const guest = (name: keyof typeof MACS, mode: string, number: number, home: string) => [
  `ip link add link lower name tap-${name} address ${MACS[name]} index ${INDEX} ${home} type macvtap mode ${mode}`,
  `ip ${home.replace("netns", "-n")} link set tap-${name} up`,
  `ip -n ${name} tuntap add dev ${name} mode tap`,
  `ip -n ${name} link set ${name} address ${MACS[name]}`,
  `ip -n ${name} addr add 10.0.0.${number}/24 dev ${name}`,
  `ip -n ${name} addr add fd00::${number}/64 dev ${name} nodad`,
  `ip -n ${name} link set ${name} up`,
];

const build = (mode: string) => [
  "ip link add switch up type bridge mcast_snooping 0",
  "ip link add lower up type veth peer name port",
  "ip link add outside netns outside type veth peer name port-out",
  "ip link set port master switch up",
  "ip link set port-out master switch up",
  "ip -n outside addr add 10.0.0.3/24 dev outside",
  "ip -n outside addr add fd00::3/64 dev outside nodad",
  ...["ip -n outside link set outside up", untilUp("outside")],
  ...guest("one", mode, 1, ""),
  ...guest("two", mode, 2, "netns host"),
];

const START = [
  ...["ring 1024 2048", `nonce ${NONCE}`, "ns 0 -", "ns 1 one", "ns 2 two", "ns 3 outside", "ns 4 host"],
  ...["if 0 0 tap-one", "if 1 1 one", "if 2 2 two", "if 3 3 outside", "if 4 4 tap-two"],
  ...["pump 0 1 one", "pump 4 2 two", "serve 1", "serve 2", "serve 3"],
  // A tap has a carrier from now on, and its stack may say so first.
  ...["wait 200 5000"],
];

/** Each way from what may be a guest to an address. */
const talksOf = (number: number, family: (n: number) => string, from: number, to: number) => {
  const way = `${family(from)} ${family(to)}`;
  return [
    `icmp ${from} ${way} 56`,
    `icmp-fragments ${from} ${way} 4000`,
    `tcp ${from} ${way} 60000`,
    `udp ${from} ${way} 64`,
  ].map((talk, index) => `talk ${number + index} TRY ${talk}`);
};
const IPV4 = (n: number) => `10.0.0.${n}`;
const IPV6 = (n: number) => `fd00::${n}`;
const TALKS = [
  ...talksOf(10, IPV4, 1, 3),
  ...talksOf(20, IPV6, 1, 3),
  ...talksOf(30, IPV4, 3, 2),
  ...talksOf(40, IPV4, 1, 2),
  ...talksOf(50, IPV6, 2, 1),
];
const tries = (attempt: number) => [...TALKS.map((talk) => talk.replace("TRY", `${attempt}`)), "wait 150 5000"];

describe.skipIf(noRoot).each(["bridge", "private"])(`guests' stacks behind macvtaps of mode %s${noRoot}`, (mode) => {
  let place: TalkPlace;
  beforeAll(async () => {
    place = await openTalkPlace(["one", "two", "outside", "host"], build(mode));
  });
  afterAll(() => place?.[Symbol.asyncDispose]());

  test("talk with whom the mode lets them", async () => {
    const { words, frames } = await place.talk([...START, ...tries(1), "hush", ...tries(2)]);
    const answered = TALKS.map((talk) => Number(talk.split(" ")[1])).filter((id) =>
      words(id).some((word) => word.includes("answered")),
    );
    const outward = [10, 20, 30].flatMap((id) => [id, id + 1, id + 2, id + 3]);
    const between = [40, 50].flatMap((id) => [id, id + 1, id + 2, id + 3]);
    expect(answered).toEqual(mode === "bridge" ? [...outward, ...between] : outward);
    for (const id of between) expect(words(id).some((word) => word.includes("heard"))).toBe(mode === "bridge");
    expect(frames(0).map(({ packetType }) => packetType)).toContain("outgoing");
    expect(Math.max(...frames(3).map(({ originalLength }) => originalLength))).toBeGreaterThan(1500);
    expect(Math.max(...frames(1).map(({ originalLength }) => originalLength))).toBe(1514);
  });

  test("and again with the next plan: nobody holds their devices any more", async () => {
    const { words } = await place.talk([...START, "talk 1 1 tcp 1 10.0.0.1 10.0.0.3 60000", "wait 100 5000"]);
    expect(words(1)).toEqual(["1 sent @1", "1 heard @3", "1 answered @1"]);
  });
});

test.skipIf(noRoot)(`a pump between devices of other kinds is refused${noRoot}`, async () => {
  await using place = await openTalkPlace(["one", "two", "outside", "host"], build("bridge"));
  const plan = ["ns 0 -", "ns 1 one", "if 0 0 tap-one", "if 1 0 lower"];
  await expect(place.talk([...plan, "pump 1 1 one"])).rejects.toThrow('"lower" is no macvtap here');
  await expect(place.talk([...plan, "pump 0 1 nothing"])).rejects.toThrow('plan line 5: "nothing" does not exist');
});
