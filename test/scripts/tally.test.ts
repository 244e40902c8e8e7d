/** The count the test command ends with, from reports as vitest writes them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { $ } from "zx";

const TALLY = resolve(import.meta.dirname, "../../scripts/tally.mjs");

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "macvlab-tally-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

async function tally(status: number, ...testResults: object[]): Promise<string> {
  const report = join(directory, "report.json");
  await writeFile(report, JSON.stringify({ testResults }));
  return (await $`${process.execPath} ${TALLY} ${report} ${status}`).stdout.trim();
}

test("passed, failed and skipped tests of all files are counted", async () => {
  const files = [file("failed", "passed", "failed", "pending"), file("passed", "passed", "todo", "skipped")];
  expect(await tally(1, ...files)).toBe("2 1 3");
});

test("a file that does not load is a failure", async () => {
  expect(await tally(1, file("failed"), file("passed", "passed"))).toBe("1 1 0");
});

test("a file whose tests pass and whose set-up or teardown fails is a failure", async () => {
  expect(await tally(1, file("failed", "passed", "passed"))).toBe("2 1 0");
});

test("a failing status without a failed test is a failure", async () => {
  expect(await tally(1, file("passed", "passed"))).toBe("1 1 0");
});

test("no report is a failure unless vitest was content", async () => {
  const nowhere = join(directory, "gone.json");
  expect((await $`${process.execPath} ${TALLY} ${nowhere} 1`).stdout).toBe("0 1 0\n");
  expect((await $`${process.execPath} ${TALLY} ${nowhere} 0`).stdout).toBe("0 0 0\n");
});
