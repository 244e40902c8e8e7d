/** All conversations in namespaces of the running kernel: verdicts, the capture, repetition, what stays behind. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { $ } from "zx";
import type { Results } from "../../lab/model/results.ts";
import { type Ended, openYard, type Yard } from "../cli/macvlab.ts";
import { noRoot } from "../cli/privileged.ts";
import { deviations, noTshark, readResults } from "./run-files.ts";

let yard: Yard;
let ended: Ended;
let results: Results;
beforeAll(async () => {
  if (noRoot) return;
  yard = await openYard();
  [ended, results] = await run("first");
}, 240_000);
afterAll(() => yard?.[Symbol.asyncDispose]());

async function run(out: string, ...args: string[]): Promise<[Ended, Results]> {
  const done = await yard.run(["run", "conversations", "--kernel", "host", "--out", out, ...args]);
  return [done, await readResults(join(yard.directory, out))];
}

const outcomes = ({ cells }: Results) =>
  new Map(cells.map(({ id, observed, verdict }) => [id, [observed.outcome, verdict]]));

describe.skipIf(noRoot)(`conversations on the running kernel${noRoot}`, () => {
  test("are all judged, and as the reviewed drivers promise; what this kernel cannot hold is the tagged ones", () => {
    expect(results.cells.length).toBeGreaterThan(9_000);
    expect(deviations(results.cells.filter(({ expected }) => !expected.extrapolated))).toEqual([]);
    expect(deviations(results.cells).filter((text) => text.includes("inconclusive"))).toEqual([]);
    expect(ended.code, ended.stderr).toBe(deviations(results.cells).length > 0 ? 1 : 0);
    const unsupported = results.cells.filter(({ verdict }) => verdict === "unsupported");
    expect(new Set(unsupported.map(({ traffic }) => traffic)).size).toBeLessThan(2);
    expect(unsupported.every(({ traffic, observed }) => traffic === "vlan" && observed.error)).toBe(true);
  });

  test("come to every end there is", () => {
    const ends = new Set(results.cells.map(({ observed }) => observed.outcome));
    for (const outcome of ["answered", "heard", "unheard", "unresolved"] as const) expect(ends).toContain(outcome);
  });

  test("rest on frames, and short of their end on a fence at both ends", () => {
    for (const { id, observed, evidence } of results.cells.filter(({ verdict }) => verdict === "match")) {
      expect(evidence, id).toHaveLength(2);
      expect(evidence[0]?.frames.length, id).toBeGreaterThan(0);
      if (observed.outcome === "answered") continue;
      for (const { frames, control } of evidence) {
        expect(control, id).toHaveLength(1);
        expect(Math.max(0, ...frames), id).toBeLessThan(control[0] as number);
      }
    }
  });

  test("are the same with a filter, among those it names alone; and nothing stays behind", async () => {
    const [, some] = await run("some", "--filter", "relay-on (icmp|nd|udp by-router) macvtap/(private|bridge)>");
    const wanted = results.cells.filter(({ id }) =>
      / relay-on (icmp|nd|udp by-router) macvtap.(private|bridge)>/.test(id),
    );
    expect(wanted.length).toBeGreaterThan(50);
    expect(some.cells.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
    expect(outcomes(some)).toEqual(outcomes({ ...results, cells: wanted }));
    expect(await yard.leftBehind()).toEqual([]);
  });

  test("killed in the middle, leave nothing behind", async () => {
    const running = yard.start(["run", "conversations", "--kernel", "host", "--out", "killed"]);
    await running.says(/host: conversations/);
    running.process.kill("SIGKILL");
    await running.ended;
    await expect.poll(() => yard.leftBehind(), { timeout: 20_000 }).toEqual([]);
  });
});

describe.skipIf(noRoot || noTshark)(`their capture, as tshark decodes it${noRoot}${noTshark}`, () => {
  interface Row {
    readonly interface: string;
    readonly protocols: readonly string[];
    readonly addresses: readonly string[];
  }
  let rows: Row[];
  beforeAll(async () => {
    const fields = ["frame.interface_name", "frame.protocols", "ip.src", "ip.dst", "arp.src.proto_ipv4", "ipv6.src"];
    const flags = fields.flatMap((field) => ["-e", field]);
    const path = join(yard.directory, "first", "captures", "host-conversations.pcapng");
    const { stdout } = await $({ quiet: true, timeout: "120s" })`tshark -n -r ${path} -T fields ${flags}`;
    rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [name = "", protocols = "", ...addresses] = line.split("\t");
        return { interface: name, protocols: protocols.split(":"), addresses };
      });
  }, 120_000);

  const PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
    arp: ["arp", "icmp"],
    icmp: ["arp", "icmp"],
    tcp: ["arp", "tcp"],
    nd: ["icmpv6"],
    icmpv6: ["icmpv6"],
    mld: ["udp"],
  };

  test("every frame named as evidence was seen on the device named, and is of that conversation's protocols", () => {
    for (const { id, traffic, evidence } of results.cells) {
      for (const { interface: name, frames, control } of evidence) {
        for (const frame of [...frames, ...control]) expect(rows[frame - 1]?.interface, `${id}: ${frame}`).toBe(name);
        for (const frame of control) expect(rows[frame - 1]?.addresses.join(""), `${id}: ${frame}`).toBe("");
        const known = PROTOCOLS[traffic];
        for (const frame of known ? frames : [])
          expect(
            known?.some((one) => rows[frame - 1]?.protocols.includes(one)),
            `${id}: ${frame}`,
          ).toBe(true);
      }
    }
  });

  test("no frame is evidence of two conversations, but where one echo finds the next hop and uses it", () => {
    const owners = new Map<number, string>();
    for (const { id, evidence } of results.cells) {
      const said = id.replace(" arp ", " icmp ").replace(" nd ", " icmpv6 ");
      for (const frame of evidence.flatMap(({ frames }) => frames)) {
        expect(owners.get(frame) ?? said, `frame ${frame}`).toBe(said);
        owners.set(frame, said);
      }
    }
  });
});
