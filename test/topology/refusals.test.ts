import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import type { Executor } from "../../lab/base/executor.ts";
import { type Cell, cellName, cellsOf, excludesEachOther, partyName } from "../../lab/model/cell.ts";
import { MODES } from "../../lab/model/vocabulary.ts";
import { pairName } from "../../lab/topology/arrangement.ts";
import { attemptRefusals } from "../../lab/topology/refusals.ts";

/** The lines of every `ip -batch` in a script, in order. */
const batchLines = (script: string): string[] =>
  /-batch - .*?<<'END'.*?\n([\s\S]*?)\nEND/.exec(script)?.[1]?.split("\n") ?? [];

/** A kernel as one place sees it: says of each `link add link` line what it is refused with. */
function fakeKernel(refuse: (line: string, before: readonly string[]) => string | undefined) {
  const scripts: string[] = [];
  const executor: Executor = {
    place: "guest fake",
    agent: "/bin/agent",
    workDirectory: "/run",
    run: async (script) => {
      scripts.push(script);
      const lines = batchLines(script);
      const errors = lines.flatMap((line, index) => {
        const error = refuse(line, lines.slice(0, index));
        return error === undefined ? [] : [error, `Command failed -:${index + 1}`];
      });
      return { status: 0, stdout: Buffer.alloc(0), stderr: errors.join("\n") };
    },
    put: async () => {},
    async *get() {},
  };
  return { executor, scripts };
}

const CELLS = cellsOf({
  placements: ["same-lower", "two-lowers"],
  reflectiveRelay: [false, true],
  traffic: ["unicast"],
  modes: MODES,
});
const EXCLUSIVE = CELLS.filter(excludesEachOther);

const isAttempt = (line: string) => line.startsWith("link add link");
const lowerOf = (line: string) => line.split(" ")[3];
/** Passthru is exclusive: refused beside any, and any beside it. */
const exclusive = (line: string, before: readonly string[]) => {
  const there = before.filter((one) => isAttempt(one) && lowerOf(one) === lowerOf(line));
  const busy = there.length > 0 && [...there, line].some((one) => one.includes("mode passthru"));
  return isAttempt(line) && busy ? "RTNETLINK answers: Invalid argument" : undefined;
};

describe("attemptRefusals", () => {
  test("tries every exclusive pair in both orders, and tells errno and command", async () => {
    const { executor } = fakeKernel(exclusive);
    const refusals = await attemptRefusals(executor, CELLS);
    expect(new Set(refusals.keys())).toEqual(new Set(EXCLUSIVE.map(pairName)));
    for (const cell of EXCLUSIVE) {
      const [forth, back] = refusals.get(pairName(cell)) ?? [];
      const [source, destination] = [cell.source, cell.destination];
      expect(forth, cellName(cell)).toMatchObject({ first: source, second: destination, error: "EINVAL" });
      expect(back, cellName(cell)).toMatchObject({ first: destination, second: source, error: "EINVAL" });
      expect(forth?.command).toMatch(
        new RegExp(`^ip link add link .* type ${destination.kind} mode ${destination.mode}`),
      );
    }
  });

  test("a kernel that allows one pair is told apart from one that refuses it", async () => {
    const allowed = (line: string, before: readonly string[]) =>
      line.includes("type macvtap mode private") ? undefined : exclusive(line, before);
    const refusals = await attemptRefusals(fakeKernel(allowed).executor, CELLS);
    const allowedAttempts = [...refusals.values()].flat().filter(({ error }) => error === undefined);
    expect(new Set(allowedAttempts.map(({ second }) => partyName(second)))).toEqual(new Set(["macvtap/private"]));
  });

  test("what is tried after one that was allowed is tried again where nothing but the first endpoint is", async () => {
    // The first passthru beside another is let in; from then on its lower device refuses all, as one that has a passthru.
    const lets = (line: string, before: readonly string[]) => {
      const there = before.filter((one) => isAttempt(one) && lowerOf(one) === lowerOf(line));
      const missing = line.includes("mode passthru") && !there.some((one) => one.includes("mode passthru"));
      return missing ? undefined : exclusive(line, before);
    };
    const { executor, scripts } = fakeKernel(lets);
    const refusals = await attemptRefusals(executor, CELLS);
    const besidePassthru = ({ first }: { first: { mode?: string } }) => first.mode === "passthru";
    for (const attempt of [...refusals.values()].flat())
      expect(attempt.error, attempt.command).toBe(besidePassthru(attempt) ? "EINVAL" : undefined);
    expect(scripts).toHaveLength(2);
    for (const script of scripts) expect(batchLines(script).at(-1)).toMatch(/^link del group \d+$/);
  });

  test("an error it does not know is kept in the kernel's own words", async () => {
    const odd = (line: string, before: readonly string[]) =>
      exclusive(line, before) && "Error: macvlan: only one.\nRTNETLINK answers: Something new";
    const refusals = await attemptRefusals(fakeKernel(odd).executor, CELLS);
    for (const { error } of [...refusals.values()].flat())
      expect(error).toBe("Error: macvlan: only one.\nRTNETLINK answers: Something new");
  });

  test("a first endpoint that cannot be made is the lab's failure, with the command", async () => {
    const broken = (line: string) =>
      line.startsWith("link add try-low0") ? "RTNETLINK answers: File exists" : undefined;
    const failure = attemptRefusals(fakeKernel(broken).executor, CELLS);
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failure).rejects.toThrow(/guest fake: "ip link add try-low0 .*" failed/);
  });

  test("a kind of device the kernel does not have is no refusal", async () => {
    const without = (line: string, before: readonly string[]) =>
      line.includes("type macvtap") ? "Error: Unknown device type." : exclusive(line, before);
    const failure = attemptRefusals(fakeKernel(without).executor, CELLS);
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failure).rejects.toThrow(/^guest fake: this kernel has no macvtap: "ip link add link try-low/);
  });

  test("does nothing where nothing excludes anything", async () => {
    const { executor, scripts } = fakeKernel(exclusive);
    const cells: readonly Cell[] = CELLS.filter((cell) => !excludesEachOther(cell));
    expect((await attemptRefusals(executor, cells)).size).toBe(0);
    expect(scripts).toEqual([]);
  });

  test("removes what it made", async () => {
    const { executor, scripts } = fakeKernel(exclusive);
    await attemptRefusals(executor, CELLS);
    expect(batchLines(scripts.at(-1) as string).at(-1)).toMatch(/^link del group \d+$/);
  });
});
