/** A cell's script ten times over in one guest: on a kernel that shows the behaviour, and on a driver with a fault that does not. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CellResult } from "../../lab/model/results.ts";
import { renderRepro } from "../../reports/repro/script.ts";
import { FAULTS } from "../faults/catalogue.ts";
import type { Fault } from "../faults/fault.ts";
import { openWorkshop } from "../faults/workshop.ts";
import { offeredKernels } from "../runner/generations.ts";
import { readResults } from "../runner/run-files.ts";
import { openYard } from "./macvlab.ts";

const OFFER = await offeredKernels();
const KERNEL = OFFER.kernels.get("6.1");
const LACKING = KERNEL ? "" : ` [not run: the archive offers no 6.1: ${OFFER.answers.join("; ")}]`;
const CELL = "external-to-endpoint relay-off broadcast external-host>macvlan/private";
const TIMES = 10;
/** What each of the runs in a guest ended with, in a line. */
const LOOP = `for n in $(seq ${TIMES}); do sh cell.sh >out-$n 2>&1; echo "ended $?"; grep '^#' out-$n | tail -n 1; done`;

test.skipIf(!KERNEL)(
  `a script sees it ten times of ten on a sound kernel, and never on a faulty driver${LACKING}`,
  { timeout: 240_000 },
  async () => {
    await using yard = await openYard();
    const spec = KERNEL?.spec ?? "";
    const ran = await yard.run(["run", "pairings", "--kernel", spec, "--filter", `${CELL}$`, "--out", "out"]);
    expect(ran.code, ran.stderr).toBe(0);
    const [cell] = (await readResults(join(yard.directory, "out"))).cells as [CellResult];
    expect(cell.observed.copies).toBe(1);
    const shared = join(yard.directory, "shared");
    mkdirSync(shared);
    writeFileSync(join(shared, "cell.sh"), renderRepro(cell, { format: "script", release: "6.1" }));
    const codes = async (...module: string[]) => {
      const argv = ["exec", "--kernel", spec, ...module, "--mount", shared, "--", "sh", "-c", LOOP];
      const { stdout, stderr } = await yard.run(argv);
      const ended = [...stdout.matchAll(/^ended (\d+)$/gm)].map(([, code]) => Number(code));
      return { ended, said: `${stdout}\n${stderr}` };
    };
    const sound = await codes();
    expect(sound.ended, sound.said).toEqual(new Array(TIMES).fill(0));
    const workshop = await openWorkshop(spec, () => {});
    const fault = FAULTS.find(({ name }) => name === "flood-forgets-private") as Fault;
    const faulty = await codes("--module", await workshop.build("macvlan", fault.edits));
    expect(faulty.ended, faulty.said).toEqual(new Array(TIMES).fill(1));
  },
);
