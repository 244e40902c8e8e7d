/** Cells of a run as scripts, over all placements, kinds of traffic and outcomes: each shows again what the run saw. */
import { execFile, execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Results } from "../../lab/model/results.ts";
import { PLACEMENTS } from "../../lab/model/vocabulary.ts";
import { renderRepro } from "../../reports/repro/script.ts";
import { openYard } from "./macvlab.ts";
import { noRoot } from "./privileged.ts";

const HOW_MANY = 100;
/** Most of a script is waiting: for namespaces, captures and fences. */
const AT_A_TIME = 50;

interface Outcome {
  readonly id: string;
  readonly code: number;
  readonly said: string;
}

function play(id: string, file: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile("sh", [file], { timeout: 45_000 }, (error, stdout) =>
      resolve({ id, code: typeof error?.code === "number" ? error.code : error ? -1 : 0, said: stdout }),
    );
  });
}

test.skipIf(noRoot)(
  `the scripts of a hundred cells show again what the run saw, and leave no namespace${noRoot}`,
  { timeout: 400_000 },
  async () => {
    await using run = await openYard();
    const { code, stderr } = await run.run(["run", "pairings", "--kernel", "host", "--out", "out"]);
    expect(code, stderr).toBe(0);
    const results = JSON.parse(readFileSync(join(run.directory, "out/results.json"), "utf8")) as Results;
    const judged = results.cells.filter(({ verdict }) => verdict !== "inconclusive");
    const cells = Array.from(
      { length: HOW_MANY },
      (_, index) => judged[Math.floor((index * judged.length) / HOW_MANY)] as (typeof judged)[number],
    );
    expect(new Set(cells.map(({ placement }) => placement))).toEqual(new Set(PLACEMENTS));
    const outcomes: Outcome[] = [];
    const waiting = [...cells.entries()];
    const playOn = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, cell] = next;
        const file = join(run.directory, `cell-${index}.sh`);
        writeFileSync(file, renderRepro(cell, { format: "script", release: "running" }));
        outcomes.push(await play(cell.id, file));
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, playOn));
    expect(outcomes.filter(({ code }) => code !== 0)).toEqual([]);
    expect(execFileSync("ip", ["netns", "list"]).toString()).not.toMatch(/^mvr/m);
    const reached = cells.filter(({ observed }) => (observed.copies ?? 0) > 0).length;
    expect(reached).toBeGreaterThan(20);
    expect(reached).toBeLessThan(80);
  },
);
