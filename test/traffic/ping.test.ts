import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import type { Executor, RunResult } from "../../lab/base/executor.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { checkWorlds, endpointAt } from "../../lab/topology/check-world.ts";
import { probeFrame } from "../../lab/traffic/frame.ts";
import { planPings, playPings } from "../../lab/traffic/ping.ts";
import { writePingCapture } from "../../lab/traffic/ping-capture.ts";
import { add, up } from "../../scenarios/basics/steps.ts";
import { collect } from "../capture/collect.ts";
import { encodeRecording, type RecordParts } from "./agent-recording.ts";
import { openShellPlace } from "./shell-place.ts";

const NONCE = 99;
const ECHO = Buffer.from(`ffffffffffff026d7600000108004500${"00".repeat(44)}`, "hex");

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

/** A place where the pings ended like this, and the recorders left these records. */
function fakePlace(result: Partial<RunResult>, recordings: Readonly<Record<string, readonly RecordParts[]>> = {}) {
  const scripts: string[] = [];
  const executor: Executor = {
    place: "guest fake",
    agent: "/bin/agent",
    workDirectory: "/run/fake",
    run: async (script) => {
      scripts.push(script);
      return { status: 0, stdout: Buffer.alloc(0), stderr: "", ...result };
    },
    put: async () => {},
    async *get(path) {
      const place = /ping-(\w+)\.records$/.exec(path)?.[1] ?? "";
      const bytes = encodeRecording(recordings[place] ?? []);
      yield bytes.subarray(0, 10);
      yield bytes.subarray(10);
    },
  };
  return { executor, scripts };
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
    const { executor } = fakePlace({ stdout: Buffer.from("ping 0 0\n") });
    expect([...(await playPings(executor, PINGS, NONCE)).answered]).toEqual([[0, true]]);
    const refused = fakePlace({ stdout: Buffer.from("ping 1 1\nping 0 2\n") });
    expect(Object.fromEntries((await playPings(refused.executor, PINGS, NONCE)).answered)).toEqual({
      1: false, // 0: ping itself failed, which says nothing
    });
  });

  test("brings home what was recorded in each place, the interfaces by name", async () => {
    const record: RecordParts = { kind: "tap", interface: 1, data: ECHO };
    const { executor } = fakePlace({}, { first: [record] });
    const { recordings } = await playPings(executor, PINGS, NONCE);
    expect(recordings.map(({ interfaces }) => interfaces.slice(0, 3))).toEqual([
      ["c0first", "c1first"],
      ["c0second"],
      ["c0ext", "c0low", "c0swp"],
    ]);
    expect(recordings.map(({ recording }) => recording.records.length)).toEqual([1, 0, 0]);
  });

  test("records before it pings, pings before it fences, and gives both ends of a ping one subnet", async () => {
    const { executor, scripts } = fakePlace({});
    await playPings(executor, PINGS, NONCE);
    const script = scripts.join("\n");
    const order = [/ping-first\.records/, /read ready/, /; echo ping 0 /, /wait \$pings/, /send \d/].map((part) =>
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
    const { executor, scripts } = fakePlace({});
    await playPings(executor, PINGS, NONCE);
    const frames = [...scripts.join("\n").matchAll(/^send \d+ ([0-9a-f]+)$/gm)].map(([, hex]) => hex?.slice(0, 24));
    const world = PINGS[0]?.world;
    const mac = (role: "first" | "second") => (world && endpointAt(world, role)?.address.replaceAll(":", "")) ?? "";
    expect(frames).toContain(mac("first") + mac("second"));
    expect(frames).toContain(mac("second") + mac("first"));
  });

  test("fails as the environment does when the script does", async () => {
    const { executor } = fakePlace({ status: 2, stderr: "mkfifo: cannot create fifo" });
    const failure = playPings(executor, PINGS, NONCE);
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failure).rejects.toMatchObject({ detail: "mkfifo: cannot create fifo" });
  });
});

describe("the script of pings, in a real shell", () => {
  test("ends with an answer to each", async () => {
    using place = openShellPlace({});
    const { answered, recordings } = await playPings(place.executor, PINGS, NONCE);
    expect(Object.fromEntries(answered)).toEqual({ 0: true, 1: true });
    expect(recordings.map(({ recording }) => recording.records)).toEqual([[], [], []]);
  });

  test("tells at once of a recorder that dies before it is ready, with what it said", async () => {
    using place = openShellPlace({ agentDies: true });
    const failure = playPings(place.executor, PINGS, NONCE);
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failure).rejects.toMatchObject({
      message: "shell: the pings ended with status 1",
      detail: expect.stringContaining("agent: died"),
    });
  });

  test("says so where there is no ping, which is not the same as no answer", async () => {
    using place = openShellPlace({ ping: false });
    const failure = playPings(place.executor, PINGS, NONCE);
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failure).rejects.toMatchObject({ mend: "apt-get install iputils-ping" });
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
    const { executor } = fakePlace(
      {},
      {
        first: [seen(0, 1n, { packetType: "outgoing" }), seen(0, 6n, { data: fence(1) })],
        second: [seen(0, 3n, { packetType: "broadcast" }), seen(0, 5n, { data: fence(2), packetType: "outgoing" })],
        external: [seen(1, 2n, { packetType: "otherhost" }), seen(0, 4n, { kind: "host" })],
      },
    );
    const { recordings } = await playPings(executor, PINGS, NONCE);
    return writePingCapture(recordings, NONCE, "test");
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
