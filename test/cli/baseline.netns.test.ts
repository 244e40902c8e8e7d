/** A run held against an earlier one, on the running kernel: the same is 0, a change is 1 and says what it was. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openYard, type Yard } from "./macvlab.ts";
import { noRoot } from "./privileged.ts";

const FILTER = "same-lower relay-on unicast macvlan/(vepa|bridge)>macvlan/|mode-change$";
const RUN = ["run", "basics", "pairings", "--kernel", "host", "--filter", FILTER];

let yard: Yard;
beforeAll(async () => {
  if (!noRoot) yard = await openYard();
});
afterAll(() => yard?.[Symbol.asyncDispose]());

const path = (name: string) => join(yard.directory, name);
const results = async (run: string) => JSON.parse(await readFile(path(`${run}/results.json`), "utf8"));

test.skipIf(noRoot)(`an earlier run is the expectation${noRoot}`, async () => {
  expect(await yard.run([...RUN, "--out", "first"])).toMatchObject({ code: 0 });
  await yard.run(["baseline", "first", "--out", "host.json"]);

  const same = await yard.run([...RUN, "--baseline", "host.json", "--out", "same"]);
  expect(same.code, same.stdout + same.stderr).toBe(0);
  const { run, cells, checks } = await results("same");
  expect(run.baseline).toEqual({ file: "host.json", judged: cells.length + checks.length, others: 0 });
  for (const { expected, verdict } of cells) {
    expect(expected.by).toBe("baseline");
    expect(["match", "unsupported"]).toContain(verdict);
  }
  expect(await yard.run(["diff", "first", "same"])).toMatchObject({ code: 0 });

  const text = await readFile(path("host.json"), "utf8");
  await writeFile(path("other.json"), text.replaceAll('"copies":1', '"copies":2'));
  const changed = await yard.run([...RUN, "--baseline", "other.json", "--out", "changed"]);
  expect(changed.code).toBe(1);
  expect(changed.stdout).toContain("copies: expected 2, observed 1");
  expect(changed.stderr).toMatch(/^host: done in .*\d+ mismatch/m);
  expect(changed.stdout.replace(/\s+/g, " ")).toContain("held against the baseline other.json");
});

test.skipIf(noRoot)(`what the baseline does not know is judged by the oracle, and counted${noRoot}`, async () => {
  await yard.run(["run", "basics", "--kernel", "host", "--filter", "mode-change$", "--out", "check"]);
  const { code, stdout } = await yard.run([...RUN, "--baseline", "check", "--out", "more"]);
  expect(code).toBe(0);
  const { run, cells, checks } = await results("more");
  expect(run.baseline).toEqual({ file: "check", judged: checks.length, others: cells.length });
  expect(stdout.replace(/\s+/g, " ")).toContain(`${cells.length} it does not know were judged by the oracle`);
  expect(cells[0].expected.by).toBe("oracle");
});
