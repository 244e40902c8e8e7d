/** Whole runs in guests: the newest kernel of every reviewed generation, and what a run does beside that. */
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Manifest } from "../../lab/cli/manifest.ts";
import { defaultKernelSpec, resolveKernel } from "../../lab/kernels/index.ts";
import type { CellResult, Results } from "../../lab/model/results.ts";
import { kernelOfNoise } from "../cli/kernel-files.ts";
import { type Ended, openYard, type StartOptions, type Yard } from "../cli/macvlab.ts";
import { noRoot } from "../cli/privileged.ts";
import { GENERATIONS, type Generation, offeredKernels } from "./generations.ts";
import { deviations, observations, readResults } from "./run-files.ts";

const CELLS = 2840;
/** What docs/decisions/0002-oracle-generations.md calls D1. */
const D1_CELLS = 96;
const OFFER = await offeredKernels();

interface Run {
  readonly ended: Ended;
  readonly results: Results;
  readonly directory: string;
}

let yard: Yard;
let own: string;
beforeAll(async () => {
  [yard, own] = await Promise.all([openYard(), defaultKernelSpec()]);
});
afterAll(() => yard[Symbol.asyncDispose]());

async function run(out: string, args: readonly string[], options?: StartOptions): Promise<Run> {
  const ended = await yard.run(["run", ...args, "--out", out], options);
  const directory = join(yard.directory, out);
  if (!existsSync(join(directory, "results.json"))) throw new Error(`no results: ${ended.stderr}`);
  return { ended, results: await readResults(directory), directory };
}

function cellsOn({ results }: Run, kernel: string): CellResult[] {
  return results.cells.filter((cell) => cell.kernel === kernel);
}

describe("pairings and basics on the newest kernel of every generation", () => {
  const kernels = [...OFFER.kernels.values()];
  let all: Run;
  beforeAll(async () => {
    all = await run("all", ["pairings", "basics", "--jobs", "2", ...kernels.flatMap(({ spec }) => ["--kernel", spec])]);
  });

  test("the archive offers at least one, and the oracle explains them all", () => {
    expect(kernels, OFFER.answers.join("; ")).not.toEqual([]);
    expect(all.ended.code, all.ended.stderr).toBe(0);
  });

  describe.each(GENERATIONS)("%s", (generation) => {
    const kernel = OFFER.kernels.get(generation);
    const title = kernel?.release ?? `[not run: the archive offers no ${generation}: ${OFFER.answers.join("; ")}]`;

    test.skipIf(!kernel)(`${title}: every cell is judged, and is as expected without extrapolation`, () => {
      const cells = cellsOn(all, kernel?.spec ?? "");
      expect(cells.length).toBeGreaterThanOrEqual(2_500);
      expect(cells).toHaveLength(CELLS);
      expect(deviations(cells)).toEqual([]);
    });

    test.skipIf(!kernel)(`${title}: booted as itself, in good health, its console kept`, async () => {
      const result = all.results.kernels.find(({ id }) => id === kernel?.spec);
      expect(result).toMatchObject({
        release: kernel?.release,
        version: kernel?.version.join("."),
        sha256: kernel?.sha256,
        accelerator: expect.stringMatching(/^(kvm|tcg)$/),
        health: { status: "ok", findings: [] },
      });
      expect(result?.version).toMatch(new RegExp(`^${generation.replace(".", "\\.")}\\.`));
      const console = join(all.directory, "console", `${kernel?.spec.replace(/[^\w.]+/g, "-")}.log`);
      expect((await stat(console)).size).toBeGreaterThan(0);
    });
  });

  const pairs = GENERATIONS.slice(1).map((later, index) => [GENERATIONS[index] as Generation, later] as const);
  test.each(pairs)(
    "from %s to %s the matrix changes by what the decisions say, and by nothing else",
    (before, after) => {
      const [older, newer] = [OFFER.kernels.get(before), OFFER.kernels.get(after)];
      if (!older || !newer) return;
      const [old, young] = [older, newer].map(({ spec }) => observations(cellsOn(all, spec)));
      const changed = [...(old ?? [])].filter(([id, seen]) => JSON.stringify(seen) !== JSON.stringify(young?.get(id)));
      expect(changed.map(([id]) => id)).toHaveLength(before === "6.12" && after === "7.2" ? D1_CELLS : 0);
      for (const [id] of changed) expect(id).toMatch(/relay-on (broadcast|multicast-joined) mac\w+\/bridge>/);
    },
  );
});

describe("one guest", () => {
  test("sees the same with each pair alone as with all at once", async () => {
    const dense = await run("dense", ["pairings", "--kernel", own]);
    const alone = await run("alone", ["pairings", "--kernel", own, "--isolate"]);
    expect(deviations(alone.results.cells)).toEqual([]);
    expect(observations(alone.results.cells)).toEqual(observations(dense.results.cells));
    expect(alone.results.cells).toHaveLength(CELLS);
  });

  test("runs only what the filter names", async () => {
    const { results, ended } = await run("some", [
      "--kernel",
      own,
      "--filter",
      "relay-off unicast macvlan/vepa>macvtap",
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(results.checks).toEqual([]);
    expect(new Set(results.cells.map(({ placement }) => placement))).toEqual(new Set(["same-lower", "two-lowers"]));
    expect(results.cells).toHaveLength(12);
  });

  test.skipIf(noRoot)(`needs no root: an ordinary user with an empty cache gets as far${noRoot}`, async () => {
    const through = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--no-new-privs"];
    const env = { MACVLAB_CACHE: join(yard.directory, "nobody-cache"), HOME: "/nonexistent" };
    const { ended, results } = await run("nobody", ["pairings", "--kernel", own], { through, env });
    expect(ended.code, ended.stderr).toBe(0);
    expect(deviations(results.cells)).toEqual([]);
    expect(results.cells).toHaveLength(CELLS);
    expect(await yard.leftBehind()).toEqual([]);
  });
});

describe("a broken kernel beside a good one", () => {
  let both: Run;
  let broken: string;
  beforeAll(async () => {
    broken = await kernelOfNoise(await resolveKernel(own), join(yard.directory, "noise"));
    both = await run("both", ["pairings", "--kernel", broken, "--kernel", own, "--jobs", "2"]);
  });

  test("is what the exit code tells of", () => {
    expect(both.ended.code, both.ended.stderr).toBe(4);
    expect(both.results.kernels.map(({ id, health }) => [id, health.status])).toEqual([
      [broken, "boot-failed"],
      [own, "ok"],
    ]);
  });

  test("takes nothing from the good one's cells", () => {
    const cells = cellsOn(both, own);
    expect(cells).toHaveLength(CELLS);
    expect(deviations(cells)).toEqual([]);
  });

  test("has its packages in the manifest beside the agent and the user space of every guest", async () => {
    const manifest = JSON.parse(await readFile(join(both.directory, "manifest.json"), "utf8")) as Manifest;
    expect(manifest.agent.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(manifest.userSpace?.recipe).toBe(both.results.kernels[1]?.image?.recipe);
    const names = manifest.userSpace?.packages.map(({ name }) => name) ?? [];
    expect(names).toEqual(expect.arrayContaining(["dash", "iproute2", "iputils-ping", "libc6"]));
    expect(manifest.kernels.map(({ id, packages }) => [id, packages.length > 0])).toEqual([
      [broken, false],
      [own, true],
    ]);
  });

  test("has all its own cells, inconclusive, each naming the finding", async () => {
    const cells = cellsOn(both, broken);
    expect(cells).toHaveLength(CELLS);
    const title = both.results.kernels[0]?.health.findings[0]?.title ?? "no finding";
    for (const cell of cells)
      expect(cell).toMatchObject({ verdict: "inconclusive", reason: expect.stringContaining(title) });
    expect(await readFile(join(both.directory, "report.md"), "utf8")).toContain("boot-failed");
  });
});
