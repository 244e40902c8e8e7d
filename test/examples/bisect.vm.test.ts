/** The example of a bisection, as its README has it: the commit with the fault is found. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { $ } from "zx";

const EXAMPLE = resolve(import.meta.dirname, "../../examples/bisect");

let directory: string;
let history: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "macvlab-bisect-"));
  history = join(directory, "macvlan");
  await $({ quiet: true })`${EXAMPLE}/prepare ${directory}`;
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("by a program of one's own, run in a guest at each step", async () => {
  const git = $({ cwd: history, quiet: true });
  const [planted, first] = await Promise.all([git`git rev-parse planted`, git`git rev-list --max-parents=0 main`]);
  await git`git bisect start main ${first.stdout.trim()}`;
  const { stdout } = await git`git bisect run ${EXAMPLE}/step ${directory} ${EXAMPLE}/check`;
  expect(stdout).toContain(`${planted.stdout.trim()} is the first bad commit`);
  await git`git bisect reset`;
});

test.each([
  ["planted", 1],
  ["planted~1", 0],
])("by the lab's own scenario: %s ends with %d", async (commit, code) => {
  await $({ cwd: history, quiet: true })`git checkout -q ${commit}`;
  const { exitCode, stdout } = await $({ nothrow: true, quiet: true })`${EXAMPLE}/step ${directory}`;
  expect(exitCode, stdout).toBe(code);
});

test("what does not build is skipped", async () => {
  await $({ cwd: history })`git checkout -q main`;
  await $({ cwd: history })`echo ${"#error not today"} >> macvlan.c`;
  expect((await $({ nothrow: true, quiet: true })`${EXAMPLE}/step ${directory}`).exitCode).toBe(125);
});
