/** Checks with the external switch in a guest of its own: what is expected of them is the same, and frames really cross. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultKernelSpec } from "../../lab/kernels/index.ts";
import type { Results } from "../../lab/model/results.ts";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { qemuOf } from "../guest/test-guest.ts";
import { noTshark, readCaptureRows, readResults } from "./run-files.ts";

/** Of every way to ask: readings of one kernel, relay by four tools, copies, pings, single frames with all that stands beside them. */
const SOME = "private|ping-|relay-";
const CHECKS = 70;

let yard: Yard;
let cabled: Results;
beforeAll(async () => {
  yard = await openYard();
  const { code, stderr } = await yard.run([
    "run",
    "basics",
    "ledger",
    "--filter",
    SOME,
    "--out",
    "cabled",
    "--switch",
    "guest",
  ]);
  expect(code, stderr).toBe(0);
  cabled = await readResults(join(yard.directory, "cabled"));
});
afterAll(() => yard[Symbol.asyncDispose]());

test("every check is as it is where the switch is beside the lower device", () => {
  expect(cabled.checks.length).toBeGreaterThan(CHECKS);
  expect(cabled.checks.filter(({ verdict }) => verdict !== "match")).toEqual([]);
  expect(cabled.kernels[0]).toMatchObject({ health: { status: "ok" }, switch: { health: { status: "ok" } } });
});

test(`what is sent to the switch leaves one guest before it comes to the other${noTshark}`, async (context) => {
  if (noTshark) return context.skip();
  const captures = join(yard.directory, "cabled", "captures");
  let crossed = 0;
  for (const name of await readdir(captures)) {
    const left = new Map<string, number>();
    for (const { interface: at, direction, tag } of await readCaptureRows(join(captures, name))) {
      const [, world, end] = /^(c\d+)(low|swp)$/.exec(at) ?? [];
      if (!world || !tag || tag.text.startsWith("signal")) continue;
      const key = `${world} ${tag.id}`;
      if (end === "low" && direction === "out") left.set(key, (left.get(key) ?? 0) + 1);
      if (end === "swp" && direction === "in") {
        expect(left.get(key), `${name}: ${at} ${tag.text}`).toBeGreaterThan(0);
        crossed++;
      }
    }
  }
  expect(crossed).toBeGreaterThan(50);
});

/** Longer than a ping, or the stack below it, waits for an answer. */
const STALL_MS = 3_500;
const BETWEEN_MS = 700;
const STALLS = 4;
const PINGS = 16;

test("a switch that stands still again and again is no silence: nothing is called unreached for it", async () => {
  const filter = ["--filter", "^basics .*ping-"];
  const { says, ended } = yard.start(["run", "basics", ...filter, "--switch", "guest", "--out", "stalled"]);
  await says(/: checks/);
  const name = (await defaultKernelSpec()).replace(/[^A-Za-z0-9.+~-]+/g, "-");
  const [qemu] = qemuOf(join("stalled", "console", `${name}-switch.log`));
  let over = false;
  void ended.finally(() => {
    over = true;
  });
  let stalls = 0;
  while (!over && stalls < STALLS) {
    process.kill(qemu as number, "SIGSTOP");
    await sleep(STALL_MS);
    process.kill(qemu as number, "SIGCONT");
    stalls++;
    await sleep(BETWEEN_MS);
  }
  const { stderr } = await ended;
  const { checks } = await readResults(join(yard.directory, "stalled"));
  expect(stalls).toBe(STALLS);
  expect(checks).toHaveLength(PINGS);
  expect(
    checks.filter(({ verdict }) => verdict === "mismatch").map(({ id }) => id),
    stderr,
  ).toEqual([]);
});
