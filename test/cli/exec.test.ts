/** What can be mistyped of `exec` and `shell`, said in a sentence. Nothing here needs a network, root or a guest. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openYard, type Yard } from "./macvlab.ts";
import { expectRefusal } from "./refused.ts";

const [USAGE, CANNOT_TEST] = [2, 125];

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
  writeFileSync(join(yard.directory, "file"), "");
});
afterAll(() => yard[Symbol.asyncDispose]());

describe("exec ends with what a bisection skips", () => {
  test.each<[string, string[], string[]]>([
    ["no command", [], ["missing required argument 'command'"]],
    ["an unknown option", ["--kernels", "x", "--", "true"], ["'--kernels'"]],
    ["no time", ["--timeout", "0", "--", "true"], ["'--timeout <seconds>'", "a whole number from 1 up"]],
    ["no kernel spec", ["--kernel", "bookworm", "--", "true"], ['"bookworm" is not a kernel spec']],
    ["the running kernel", ["--kernel", "host", "--", "true"], ['"host" is the running kernel']],
    ["a kernel file that is not there", ["--kernel", "file:gone", "--", "true"], ["gone", "no such file"]],
    [
      "a directory that is not there",
      ["--mount", "gone", "--", "true"],
      ['"gone" cannot be mounted: no such directory'],
    ],
    ["a file for a directory", ["--mount", "file", "--", "true"], ['"file" cannot be mounted: not a directory']],
    ["the guest's own directory", ["--mount", "/usr", "--", "true"], ['"/usr" cannot be mounted', "of its own"]],
    ["no scenario", ["--topology", "pairing", "--", "true"], ['"pairing" is not a scenario', '"pairings"']],
    [
      "a scenario without devices",
      ["--topology", "basics", "--", "true"],
      ['"basics" has no topology a guest could have'],
    ],
    ["a console that cannot be", ["--console", "gone/log", "--", "true"], ['console "gone/log" cannot be written']],
  ])("%s", async (_what, args, says) => {
    await expectRefusal(yard, ["exec", ...args], { code: CANNOT_TEST, says });
  });
});

test("shell without a terminal names the command for that", async () => {
  const says = ["shell needs a terminal", "macvlab exec"];
  await expectRefusal(yard, ["shell", "--kernel", "debian:sid/cloud"], { code: USAGE, says });
});

test("help is no failure", async () => {
  const { code, stdout } = await yard.run(["exec", "--help"]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("--mount")]);
});
