import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import type { Executor, RunResult } from "../../lab/base/executor.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { checkWorlds, endpointAt } from "../../lab/topology/check-world.ts";
import { type Part, whole } from "../../lab/topology/stage.ts";
import { probeFrame } from "../../lab/traffic/frame.ts";
import { planPings, playPings } from "../../lab/traffic/ping.ts";
import { writePingCapture } from "../../lab/traffic/ping-capture.ts";
import { NO_PING } from "../../lab/traffic/ping-script.ts";
import { pingDevices } from "../../lab/traffic/planned-ping.ts";
import { add, up } from "../../scenarios/basics/steps.ts";
import { collect } from "../capture/collect.ts";
import { encodeRecording, type RecordParts } from "./agent-recording.ts";
import { arp, ipv4 } from "./internet-frames.ts";

const NONCE = 99;
const ECHO = ipv4("198.18.0.1", "198.18.0.2");

const siblings: CheckSpec = {
  id: "siblings",
  text: "x",
  steps: [add("first", { address: "given" }), add("second", { address: "given" }), ...up("first", "second")],
  look: { look: "ping", from: "first", to: "second" },
};
const external: CheckSpec = {
  id: "external",
  text: "x",
  steps: [add("first"), ...up("first")],
  look: { look: "ping", from: "first", to: "external" },
};
const other: CheckSpec = { id: "other", text: "x", steps: [], look: { look: "error" } };
const WORLDS = checkWorlds([siblings, external, other]);
const PINGS = planPings(WORLDS);

/** Counts what is said in all places. */
let now = 0n;

/** A place where the pings ended like this, and the recorders left these records. */
function fakePlace(
  result: Partial<RunResult>,
  recordings:
    | Readonly<Record<string, readonly RecordParts[]>>
    | (() => Readonly<Record<string, readonly RecordParts[]>>) = {},
) {
  const [said, at]: [string[], bigint[]] = [[], []];
  const hear = (text: string) => {
    said.push(text);
    at.push(++now);
  };
  const executor: Executor = {
    place: "guest fake",
    agent: "/bin/agent",
    workDirectory: "/run/fake",
    run: async (script, options) => {
      const ended = { status: 0, stdout: Buffer.alloc(0), stderr: "", ...result };
      if (!options?.stdin) {
        hear(script);
        return ended;
      }
      for await (const piece of options.stdin as AsyncIterable<Uint8Array>) {
        const lines = Buffer.from(piece).toString();
        hear(lines);
        const mark = /^say (.*)$/m.exec(lines)?.[1];
        options.onOutput?.("stderr", Buffer.from(`${mark}\n`));
      }
      const place = /netns exec macvlab-(\w+) /.exec(script)?.[1] ?? "external";
      const recorded = typeof recordings === "function" ? recordings() : recordings;
      return { status: 0, stdout: encodeRecording(recorded[place] ?? []), stderr: "" };
    },
    put: async () => {},
    get: () => {
      throw new Error("nothing is fetched");
    },
  };
  return { stage: whole(executor), said, at };
}

describe("planPings", () => {
  test("takes the checks that ping, and gives every end's fence an id of its own", () => {
    expect(PINGS.map(({ world, from, to }) => [world.check.id, from, to])).toEqual([
      ["siblings", "first", "second"],
      ["external", "first", "external"],
    ]);
    const ids = PINGS.flatMap(({ fences }) => [fences.from, fences.to]);
    expect(new Set(ids).size).toBe(4);
  });
});

describe("playPings", () => {
  test("tells by world who was answered, who was not, and who never ended", async () => {
    const { stage } = fakePlace({ stdout: Buffer.from("ping 0 0\n") });
    expect([...(await playPings(stage, PINGS, NONCE)).answered]).toEqual([[0, true]]);
    const refused = fakePlace({ stdout: Buffer.from("ping 1 1\nping 0 2\n") });
    expect(Object.fromEntries((await playPings(refused.stage, PINGS, NONCE)).answered)).toEqual({
      1: false, // 0: ping itself failed, which says nothing
    });
  });

  test("brings home what was recorded in each place, in the order of time", async () => {
    const first: RecordParts = { kind: "tap", interface: 1, data: ECHO, time: 8n };
    const second: RecordParts = { kind: "tap", interface: 2, data: ECHO, time: 7n };
    const { stage } = fakePlace({}, { first: [first], second: [second] });
    const { recording } = await playPings(stage, PINGS, NONCE);
    const names = pingDevices(PINGS);
    expect(names.slice(0, 6)).toEqual(["c0first", "c1first", "c0second", "c0ext", "c0low", "c0swp"]);
    expect(recording.records.map((record) => names[record.interface])).toEqual(["c0second", "c1first"]);
  });

  test("records before it pings, pings before it fences, and gives both ends of a ping one subnet", async () => {
    const { stage, said } = fakePlace({});
    await playPings(stage, PINGS, NONCE);
    const script = said.join("\n");
    const order = [/netns macvlab-first/, /^if 0 /m, /; echo ping 0 /, /^send \d/m, /^wait 30 /m].map((part) =>
      script.search(part),
    );
    expect(order).not.toContain(-1);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
    expect(script).toMatch(/address add 198\.18\.0\.1\/24 dev c0first\n/);
    expect(script).toMatch(/address add 198\.18\.0\.2\/24 dev c0second\n/);
    expect(script).toMatch(/ping .*-I c0first 198\.18\.0\.2 /);
    expect(script).toMatch(/ping .*-I c1first 198\.18\.1\.3 /);
  });

  test("fences each end in the name of its peer, which a source list lets through", async () => {
    const { stage, said } = fakePlace({});
    await playPings(stage, PINGS, NONCE);
    const frames = [...said.join("\n").matchAll(/^send \d+ ([0-9a-f]+)$/gm)].map(([, hex]) => hex?.slice(0, 24));
    const world = PINGS[0]?.world;
    const mac = (role: "first" | "second") => (world && endpointAt(world, role)?.address.replaceAll(":", "")) ?? "";
    expect(frames).toHaveLength(PINGS.length * 2); // in one place there is no cable to cross
    expect(frames).toContain(mac("first") + mac("second"));
    expect(frames).toContain(mac("second") + mac("first"));
  });

  test("fails as the environment does when a script does", async () => {
    const failure = playPings(fakePlace({ status: 2, stderr: "Cannot find device" }).stage, PINGS, NONCE);
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failure).rejects.toMatchObject({ detail: "Cannot find device" });
  });

  test("tells at once of a recorder that dies, with what it said", async () => {
    const { stage } = fakePlace({});
    const [part] = stage.parts as [Part];
    const run: Executor["run"] = async (script, options) =>
      options?.stdin
        ? { status: 3, stdout: Buffer.alloc(0), stderr: "agent: died" }
        : part.executor.run(script, options);
    const dying = { ...part, executor: { ...part.executor, run } };
    await expect(playPings({ parts: [dying] }, PINGS, NONCE)).rejects.toMatchObject({ detail: "agent: died" });
  });

  test("says so where there is no ping, which is not the same as no answer", async () => {
    const failure = playPings(fakePlace({ status: NO_PING }).stage, PINGS, NONCE);
    await expect(failure).rejects.toMatchObject({ mend: "apt-get install iputils-ping" });
  });
});

describe("pings between two parts", () => {
  const atSwitch = new Set(WORLDS.flatMap(({ lower, topology }) => [lower.port, topology.external.name]));
  const names = pingDevices(PINGS);
  const other = (device: string) =>
    device.endsWith("low") ? device.replace("low", "swp") : device.replace("swp", "low");

  /** What one side sent is seen leaving there and arriving at the other end of its cable. @param first what was seen at the first pings' own ends. @param slow what a cable takes; from one thing said to the next it is 10. */
  function cabled(first: readonly RecordParts[] = [], slow = 5n) {
    const places: ReturnType<typeof fakePlace>[] = [];
    const sentBy = (index: number) =>
      (places[index]?.said ?? []).flatMap((lines, piece) =>
        [...lines.matchAll(/^send (\d+) ([0-9a-f]+)$/gm)].map(([, number, hex]) => ({
          device: names[Number(number)] as string,
          data: Buffer.from(hex ?? "", "hex"),
          time: (places[index]?.at[piece] as bigint) * 10n,
        })),
      );
    const seen = (index: number) => () => ({
      external: [
        ...sentBy(index).map(
          ({ device, data, time }): RecordParts => ({
            ...{ kind: "tap", interface: names.indexOf(device), data, packetType: "outgoing", time },
          }),
        ),
        ...sentBy(1 - index).map(
          ({ device, data, time }): RecordParts => ({
            ...{ kind: "tap", interface: names.indexOf(other(device)), data, packetType: "host", time: time + slow },
          }),
        ),
      ],
      first: index === 0 ? first.map((one, at) => ({ ...one, time: BigInt(at + 1) })) : [],
    });
    const unanswered = { stdout: Buffer.from("ping 0 1\n") };
    places.push(fakePlace(unanswered, seen(0)), fakePlace({}, seen(1)));
    const parts = places.map(({ stage }, index) => ({
      ...(stage.parts[0] as Part),
      has: (device: string) => atSwitch.has(device) === (index === 1),
    }));
    return { stage: { parts }, places };
  }

  test("each end is settled, pings and is fenced where it is; cables are crossed both ways, before and behind", async () => {
    const { stage, places } = cabled();
    const played = await playPings(stage, PINGS, NONCE);
    const [tested, switched] = places.map(({ said }) => said.join("\n")) as [string, string];
    expect(tested).toMatch(/dev c0second/);
    expect(tested).not.toMatch(/c\dext/);
    expect(switched).toMatch(/address add 198\.18\.1\.3\/24 dev c1ext/);
    expect(switched).not.toMatch(/c\d(low|first|second)|echo ping/);
    const crossings = (text: string) => text.split(Buffer.from("signal").toString("hex")).length - 1;
    expect([crossings(tested), crossings(switched)]).toEqual([PINGS.length * 4, PINGS.length * 4]);
    expect(tested.indexOf("; echo ping")).toBeGreaterThan(tested.indexOf(Buffer.from("signal").toString("hex")));
    expect(played.late).toEqual(new Set());
    expect(played.clockError).toBeGreaterThanOrEqual(0);
  });

  const told: RecordParts = {
    ...{ kind: "tap", interface: names.indexOf("c0first"), packetType: "host" },
    data: arp("tells", "198.18.0.2", "198.18.0.1"),
  };
  const echo: RecordParts = { ...told, data: ipv4("198.18.0.2", "198.18.0.1") };
  const sent: RecordParts = { ...told, data: ECHO, packetType: "outgoing" };

  test.each([
    ["an echo the ping did not wait for", [sent, echo], 3],
    ["word of an address that nothing was sent upon", [told], 3],
    [
      "word of an address, and a question of one's own behind it",
      [told, { ...sent, data: arp("asks", "198.18.0.1", "198.18.0.2") }],
      3,
    ],
    ["word of an address that the echo was sent upon: silence is silence", [told, sent], 1],
    ["somebody else's echo: silence is silence", [sent, { ...echo, data: ipv4("198.18.1.3", "198.18.0.1") }], 1],
    ["nothing: silence is silence", [], 1],
  ])("%s", async (_, arrived, times) => {
    const { stage, places } = cabled(arrived);
    const { late, answered } = await playPings(stage, PINGS, NONCE);
    expect(answered.get(0)).toBe(false);
    expect([...late]).toEqual(times > 1 ? [0] : []);
    expect(places[0]?.said.filter((line) => line.includes("; echo ping 0"))).toHaveLength(times);
  });

  test("a signal that comes when its receiver has gone on proves nothing: the lab's failure", async () => {
    const failure = playPings(cabled([], 200n).stage, PINGS, NONCE);
    await expect(failure).rejects.toThrow(/the signal "(sent|go)" did not come in time/);
  });

  test("a signal that does not come is the lab's failure", async () => {
    const { stage, places } = cabled();
    const mute = places[1] as (typeof places)[number];
    const deaf = {
      ...(stage.parts[1] as Part),
      executor: { ...mute.stage.parts[0]?.executor, place: "deaf" } as Executor,
    };
    const lost = fakePlace({}, {}).stage.parts[0] as Part;
    const failure = playPings({ parts: [stage.parts[0] as Part, { ...deaf, executor: lost.executor }] }, PINGS, NONCE);
    await expect(failure).rejects.toThrow(/the signal "(sent|go)" did not come in time/);
  });
});

describe("writePingCapture", () => {
  const fence = (id: number) =>
    probeFrame({ destination: "02:00:00:00:00:01", source: "02:00:00:00:00:02" }, NONCE, id, "");
  const seen = (number: number, time: bigint, rest: Partial<RecordParts>): RecordParts => ({
    ...{ kind: "tap", interface: number, time, data: ECHO },
    ...rest,
  });
  const captured = async () => {
    const { stage } = fakePlace(
      {},
      {
        first: [seen(0, 1n, { packetType: "outgoing" }), seen(0, 6n, { data: fence(1) })],
        second: [seen(2, 3n, { packetType: "broadcast" }), seen(2, 5n, { data: fence(2), packetType: "outgoing" })],
        external: [seen(4, 2n, { packetType: "otherhost" }), seen(3, 4n, { kind: "host" })],
      },
    );
    const { recording } = await playPings(stage, PINGS, NONCE);
    return writePingCapture(recording, pingDevices(PINGS), NONCE, "test");
  };

  test("is one file of all places in the order of time, under the numbers it tells", async () => {
    const capture = await captured();
    const { frames, error } = await collect([capture.bytes]);
    expect(error).toBeUndefined();
    expect(frames.map((frame) => [frame.number, frame.interface.name, frame.direction])).toEqual([
      [1, "c0first", "out"],
      [2, "c0low", "in"],
      [3, "c0second", "in"],
      [4, "c0second", "out"],
      [5, "c0first", "in"],
    ]);
    expect(Object.fromEntries(capture.frames)).toEqual({ c0first: [1], c0low: [2], c0second: [3] });
  });

  test("tells who sent, and which fences arrived where: one that leaves has not", async () => {
    const capture = await captured();
    expect([...capture.sent]).toEqual(["c0first"]);
    expect(Object.fromEntries(capture.fences)).toEqual({ "c0first 1": [5] });
    expect(capture.drops).toBe(0);
  });
});
