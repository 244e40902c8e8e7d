/** `macvlab report` and `--reporter` as a user calls them: every format, several at once, and bad input in a sentence. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { REPORTER_NAMES } from "../../lab/cli/reporters/choice.ts";
import { stringifyResults } from "../../reports/results-file.ts";
import { EMPTY, HOSTILE, NASTY } from "../reports/formats/runs.ts";
import { FIRST, THREE } from "../reports/generations.ts";
import { makeResults, sampleCell, sampleKernel } from "../reports/sample.ts";
import { openYard, type Yard } from "./macvlab.ts";
import { expectRefusal } from "./refused.ts";

/** For people: they quote consoles as they are. */
const WITH_LOGS: readonly string[] = ["terminal", "markdown", "html"];
let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
  await mkdir(join(yard.directory, "three"));
  await mkdir(join(yard.directory, "killed"));
  await write("three/results.json", stringifyResults(THREE));
  await write("empty.json", stringifyResults(EMPTY));
  await write("hostile.json", stringifyResults(HOSTILE));
});
afterAll(() => yard[Symbol.asyncDispose]());

const write = (name: string, text: string) => writeFile(join(yard.directory, name), text);
const read = (name: string) => readFile(join(yard.directory, name), "utf8");

test("the terminal's matrices where nothing else is asked for", async () => {
  const { code, stdout } = await yard.run(["report", "three"]);
  expect(stdout).toContain("ONE LOWER DEVICE carries both endpoints");
  expect(code).toBe(0);
});

test("all reporters at once, each into its own file", async () => {
  const { code, stdout, stderr } = await yard.run([
    "report",
    "three/results.json",
    ...REPORTER_NAMES.flatMap((name) => ["--reporter", `${name}=three.${name}`]),
  ]);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
  const heads = await Promise.all(REPORTER_NAMES.map(async (name) => (await read(`three.${name}`)).split("\n")[0]));
  expect(Object.fromEntries(REPORTER_NAMES.map((name, index) => [name, heads[index]]))).toMatchObject({
    markdown: "# Who can talk to whom",
    json: "{",
    junit: '<?xml version="1.0" encoding="UTF-8"?>',
    ktap: "KTAP version 1",
    tap: "TAP version 13",
    comment: "## ❌ macvlab: who can talk to whom",
  });
  expect(JSON.parse(await read("three.json"))).toEqual(THREE);
});

test("a step's summary is added to what is there; the link is the job's, or the one given", async () => {
  await write("summary.md", "before\n");
  const env = { GITHUB_SERVER_URL: "https://example.org", GITHUB_REPOSITORY: "a/b", GITHUB_RUN_ID: "7" };
  await yard.run(["report", "three", "--reporter", "step-summary=summary.md"], { env });
  expect(await read("summary.md")).toMatch(/^before\n## ❌/);
});

test("an empty run and a hostile one are told by each", async () => {
  for (const file of ["empty.json", "hostile.json"])
    for (const name of REPORTER_NAMES) {
      const { code, stdout, stderr } = await yard.run(["report", file, "--reporter", name]);
      expect({ code, stderr }, `${name} of ${file}`).toEqual({ code: 0, stderr: "" });
      if (!WITH_LOGS.includes(name)) expect(stdout).not.toMatch(/^\s*(::error title=x|##\[)/m);
    }
  expect(NASTY).toContain("\n::error title=x::");
}, 120_000);

test("100,000 cells are told by each", async () => {
  const cell = { placement: "same-lower", reflectiveRelay: true, traffic: "unicast" } as const;
  const ends = { source: { kind: "macvlan", mode: "vepa" }, destination: { kind: "macvtap", mode: "bridge" } } as const;
  const cells = Array.from({ length: 100_000 }, (_, index) =>
    sampleCell(FIRST, { ...cell, ...ends }, { copies: 1, echo: 0, wire: 1 }, { id: `cell ${index}` }),
  );
  await write("huge.json", stringifyResults(makeResults({ kernels: [sampleKernel(FIRST, "6.1.1")], cells })));
  const choices = REPORTER_NAMES.flatMap((name) => ["--reporter", `${name}=huge.${name}`]);
  const { code, stderr } = await yard.run(["report", "huge.json", ...choices]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect((await read("huge.tap")).split("\n")[1]).toBe("1..100001");
}, 120_000);

describe("refused in one sentence", () => {
  test.each<[string, string, string[]]>([
    ["empty", "", ["is not JSON, or damaged: it is empty"]],
    ["cut off", stringifyResults(THREE).slice(0, 9_999), ["is not JSON, or damaged: "]],
    ["no run", "[]", ['is no run: it does not say "schema"']],
    [
      "without a field a report shows",
      stringifyResults(THREE).replace('"accelerator":"tcg",', ""),
      ["is damaged", "kernels.0.accelerator"],
    ],
  ])("a file that is %s", async (_, text, says) => {
    await write("bad.json", text);
    await expectRefusal(yard, ["report", "bad.json"], { code: 2, says: ['"bad.json"', ...says] });
  });

  test.each<[string, string[], string[]]>([
    ["a run that was killed", ["killed"], ["killed/results.json", "there is no such file", "a run that ended early"]],
    ["a reporter nobody has", ["three", "--reporter", "pdf"], ["'pdf'", "junit"]],
    ["no file after the name", ["three", "--reporter", "junit="], ["'junit='", "NAME=FILE"]],
    [
      "two on standard output",
      ["three", "--reporter", "tap", "--reporter", "ktap"],
      ['"tap" and "ktap"', "standard output"],
    ],
    ["two in one file", ["three", "--reporter", "tap=x", "--reporter", "ktap=./x"], ['"tap" and "ktap"', "./x"]],
    [
      "two runs to one that tells of one",
      ["three", "empty.json", "--reporter", "tap"],
      ['"tap" tells of one run at a time'],
    ],
    ["one kernel of a run", ["three#7.2"], ["names one kernel"]],
  ])("%s", async (_, args, says) => {
    await expectRefusal(yard, ["report", ...args], { code: 2, says });
  });

  test("a file that cannot be written, before a run boots anything", async () => {
    const says = ["no/such/x.xml", "cannot be written", "--reporter NAME=FILE"];
    for (const command of [
      ["report", "three"],
      ["run", "pairings"],
    ])
      await expectRefusal(yard, [...command, "--reporter", "junit=no/such/x.xml"], { code: 3, says });
  });
});
