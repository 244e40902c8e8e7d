/**
 * A capture taken by dumpcap from both ends of a cable, in a throw-away network namespace:
 *
 *     left ---- right      left sends UDP to right's hardware address
 */
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { $, type ProcessOutput, which } from "zx";
import { within } from "../../lab/base/deadline.ts";
import { Scope } from "../../lab/base/scope.ts";
import { decodeEthernet } from "../../lab/capture/ethernet.ts";
import { collect } from "./collect.ts";
import { capinfosValues, haveTools, quiet, rowOf, tsharkRows } from "./tshark.ts";

const LEFT = "02:00:00:00:00:01";
const RIGHT = "02:00:00:00:00:02";
const FRAMES = 12;
const haveAll = haveTools && ["dumpcap", "ip", "bash"].every((tool) => which.sync(tool, { nothrow: true }) !== null);
const privileged = process.getuid?.() === 0;

const namespace = `macvlab-test-${process.pid}-capture`;
const inside = ["ip", "netns", "exec", namespace];

async function buildCable(scope: Scope): Promise<void> {
  scope.defer(namespace, () => quiet({ nothrow: true })`ip netns delete ${namespace}`);
  await quiet`ip netns add ${namespace}`;
  // Silence first: nothing but the test's own frames may be on the cable.
  await quiet`${inside} sh -c ${"echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6"}`;
  const batch = [
    `link add left address ${LEFT} type veth peer name right address ${RIGHT}`,
    "address add 10.0.0.1/24 dev left",
    "link set right up",
    "link set left up",
    `neighbour add 10.0.0.2 lladdr ${RIGHT} nud permanent dev left`,
  ];
  await quiet({ input: `${batch.join("\n")}\n` })`ip -n ${namespace} -batch -`;
}

interface RunningCapture {
  readonly ended: Promise<ProcessOutput>;
}

/** Starts dumpcap on both ends; resolves when it captures. */
async function startCapture(scope: Scope, path: string): Promise<RunningCapture> {
  const options = ["-q", "-n", "-i", "left", "-i", "right", "-c", String(2 * FRAMES), "-a", "duration:20", "-w", path];
  const capture = $({ quiet: true, nothrow: true })`exec ${inside} dumpcap ${options}`;
  scope.defer("dumpcap", () => (capture.stage === "running" ? capture.kill("SIGKILL") : undefined));
  let seen = "";
  const ready = new Promise<void>((resolve) => {
    capture.stderr.on("data", (chunk: Buffer) => {
      seen += chunk;
      // Printed once the interfaces are open and the file is there.
      if (seen.includes("File: ")) resolve();
    });
  });
  await within(10_000, "dumpcap captures", Promise.race([ready, capture]), () => ({ detail: seen }));
  return { ended: capture };
}

describe.skipIf(!privileged || !haveAll)("a capture of real frames", () => {
  let rows: string[];
  let collected: Awaited<ReturnType<typeof collect>>;
  let messages: string;
  let packets: string[];

  beforeAll(async () => {
    await using scope = new Scope();
    const directory = await mkdtemp(join(tmpdir(), "macvlab-test-"));
    scope.defer(directory, () => rm(directory, { recursive: true }));
    const path = join(directory, "real.pcapng");
    await buildCable(scope);
    const capture = await startCapture(scope, path);
    const send = `for n in $(seq ${FRAMES}); do echo "frame $n" > /dev/udp/10.0.0.2/4000; done`;
    await quiet`${inside} bash -c ${send}`;
    messages = (await within(30_000, "dumpcap ends", capture.ended)).stderr;
    collected = await collect(createReadStream(path));
    rows = await tsharkRows(path);
    packets = await capinfosValues(path, "Number of packets");
  }, 60_000);

  test("is read as tshark reads it", () => {
    expect(collected.error).toBeUndefined();
    expect(collected.frames.map(rowOf)).toEqual(rows);
    expect(packets[0]).toBe(String(2 * FRAMES));
  });

  test("holds what was sent, from both ends of the cable", () => {
    for (const end of ["left", "right"]) {
      const frames = collected.frames.filter((frame) => frame.interface.name === end);
      const texts = frames.map((frame) => Buffer.from(frame.data.subarray(42)).toString());
      expect(texts).toEqual(Array.from({ length: FRAMES }, (_, index) => `frame ${index + 1}\n`));
      for (const frame of frames)
        expect(decodeEthernet(frame.data)).toMatchObject({ source: LEFT, destination: RIGHT, etherType: 0x0800 });
    }
  });

  test("brings the counters dumpcap reported", () => {
    expect(collected.statistics.map((each) => each.interface.name).sort()).toEqual(["left", "right"]);
    for (const { interface: on, received, dropped } of collected.statistics)
      expect(messages).toContain(`on interface '${on.name}': ${received}/${dropped} `);
  });
});
