/** Cells of a run as scripts, over all placements, kinds of traffic and outcomes: each shows again what the run saw. */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CellResult, Results } from "../../lab/model/results.ts";
import { PLACEMENTS } from "../../lab/model/vocabulary.ts";
import { renderRepro } from "../../reports/repro/script.ts";
import type { ReproFormat } from "../../reports/repro/wanted.ts";
import { openYard, type Yard } from "./macvlab.ts";
import { noRoot } from "./privileged.ts";

const HOW_MANY = 100;
/** Most of a script is waiting: for namespaces, captures and fences. */
const AT_A_TIME = 50;
const SHELLS = ["dash", "busybox sh", "bash"];
/** Milliseconds into a script of about 200. */
const MOMENTS = [0, 20, 40, 70, 100, 150];
const CANNOT_TELL = 4;

/** As much of tools/testing/selftests/net/lib.sh as a script asks for. */
const LIBRARY = `
ksft_pass=0 ksft_fail=1 ksft_skip=4 made=
setup_ns() {
	for one; do
		ip netns add "mvr$$-$one" || return 1
		made="$made mvr$$-$one"
		printf -v "$one" %s "mvr$$-$one"
	done
}
cleanup_all_ns() {
	for one in $made; do ip netns del "$one"; done
}
`;

interface Outcome {
  readonly id: string;
  readonly code: number;
  readonly said: string;
}

let yard: Yard;
let judged: readonly CellResult[];

beforeAll(async () => {
  if (noRoot) return;
  yard = await openYard();
  const { code, stderr } = await yard.run(["run", "pairings", "--kernel", "host", "--out", "out"]);
  expect(code, stderr).toBe(0);
  const { cells } = JSON.parse(readFileSync(join(yard.directory, "out/results.json"), "utf8")) as Results;
  judged = cells.filter(({ verdict }) => verdict !== "inconclusive");
}, 300_000);
afterAll(() => yard?.[Symbol.asyncDispose]());

const named = (words: string) => judged.find(({ id }) => id.endsWith(` ${words}`)) as CellResult;

interface Playing {
  readonly format?: ReproFormat;
  /** It is told to end by the signal after so many milliseconds. */
  readonly ending?: { readonly signal: NodeJS.Signals; readonly moment: number };
}

function play(cell: CellResult, shell: readonly string[], { format = "script", ending }: Playing = {}) {
  const file = join(yard.directory, `${cell.id.replace(/\W/g, "_")}.sh`);
  writeFileSync(file, renderRepro(cell, { format, release: "running" }));
  const [program = "", ...args] = [...shell, file];
  const env = { ...process.env, TMPDIR: join(yard.directory, "tmp"), MACVLAB_TEST_YARD: yard.directory };
  return new Promise<Outcome>((resolve) => {
    const child = execFile(program, args, { env, timeout: 45_000 }, (error, stdout) =>
      resolve({ id: cell.id, code: typeof error?.code === "number" ? error.code : error ? -1 : 0, said: stdout }),
    );
    if (ending) void wait(ending.moment).then(() => child.kill(ending.signal));
  });
}

async function expectNothingLeft(): Promise<void> {
  expect(await yard.leftBehind()).toEqual([]);
  expect(execFileSync("ip", ["netns", "list"]).toString()).not.toMatch(/^mvr/m);
}

describe.skipIf(noRoot)(`scripts of cells${noRoot}`, () => {
  test("a hundred show again what the run saw, and leave nothing", { timeout: 200_000 }, async () => {
    const cells = Array.from(
      { length: HOW_MANY },
      (_, index) => judged[Math.floor((index * judged.length) / HOW_MANY)] as CellResult,
    );
    expect(new Set(cells.map(({ placement }) => placement))).toEqual(new Set(PLACEMENTS));
    const waiting = [...cells, named("same-lower relay-off unicast macvlan/passthru>macvlan/passthru")];
    const outcomes: Outcome[] = [];
    const playOn = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) outcomes.push(await play(next, ["sh"]));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, playOn));
    expect(outcomes.filter(({ code }) => code !== 0)).toEqual([]);
    await expectNothingLeft();
    const reached = cells.filter(({ observed }) => (observed.copies ?? 0) > 0).length;
    expect(reached).toBeGreaterThan(20);
    expect(reached).toBeLessThan(80);
  });

  test("of a mismatch tell where the fault is; those for the kernel tree, whether the kernel is right", {
    timeout: 100_000,
  }, async () => {
    const right = named("same-lower relay-on broadcast macvlan/vepa>macvtap/bridge");
    const wrong = { ...right.observed, copies: 7 };
    const mended = { ...right, verdict: "mismatch", observed: wrong } as CellResult;
    const faulty = { ...right, verdict: "mismatch", expected: { ...right.expected, copies: 7 } } as CellResult;
    writeFileSync(join(yard.directory, "lib.sh"), LIBRARY);
    const codes: number[] = [];
    for (const cell of [mended, faulty])
      for (const format of ["script", "kselftest"] as const) codes.push((await play(cell, ["bash"], { format })).code);
    expect(codes).toEqual([1, 0, 0, 1]);
    await expectNothingLeft();
  });

  test.each(SHELLS)("leave another's namespaces of the same name alone, in %s", { timeout: 100_000 }, async (shell) => {
    const file = join(yard.directory, "again.sh");
    const cell = named("same-lower relay-on broadcast macvlan/vepa>macvtap/bridge");
    writeFileSync(file, renderRepro(cell, { format: "script", release: "running" }));
    // A process keeps its number when it becomes another program.
    const script = `ip netns add mvr$$-fen; echo "# $$"; exec ${shell} ${file}`;
    const { code, said } = await new Promise<Omit<Outcome, "id">>((resolve) => {
      execFile("sh", ["-c", script], { timeout: 45_000 }, (error, stdout) =>
        resolve({ code: Number(error?.code ?? 0), said: stdout }),
      );
    });
    const other = `mvr${/^# (\d+)$/m.exec(said)?.[1]}-fen`;
    const { status } = spawnSync("ip", ["netns", "del", other]);
    expect({ code, other: status === 0 ? "there" : "gone" }, said).toEqual({ code: CANNOT_TELL, other: "there" });
    expect(said).toContain("# SKIP cannot make network namespaces: ");
    await expectNothingLeft();
  });

  test.each(SHELLS)("in %s", { timeout: 100_000 }, async (shell) => {
    for (const words of ["unicast lower-host>macvtap/bridge", "multicast-not-joined lower-host>macvlan/vepa"])
      expect(await play(named(`lower-host-to-endpoint relay-on ${words}`), shell.split(" "))).toMatchObject({
        code: 0,
      });
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "leave nothing after %s",
    { timeout: 100_000 },
    async (signal) => {
      const cell = named("same-lower relay-on broadcast macvlan/vepa>macvtap/bridge");
      const codes: number[] = [];
      for (const moment of MOMENTS) codes.push((await play(cell, ["sh"], { ending: { signal, moment } })).code);
      // Before its trap is set it dies of the signal, and when it is done it has its verdict.
      expect(codes.filter((code) => code === CANNOT_TELL).length, `${codes}`).toBeGreaterThan(2);
      await expectNothingLeft();
    },
  );
});
