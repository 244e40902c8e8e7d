/**
 * Scripts made of a sound kernel's cells: on it they show again what the run saw, and on a driver that does otherwise they
 * say so. `REPRO_TIMES` runs each so many times over.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { partyName } from "../../lab/model/cell.ts";
import type { Party } from "../../lab/model/vocabulary.ts";
import { renderRepro } from "../../reports/repro/script.ts";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { offeredKernels } from "../runner/generations.ts";
import { readResults } from "../runner/run-files.ts";
import type { Edit } from "./fault.ts";
import { openWorkshop } from "./workshop.ts";

const OFFER = await offeredKernels();
const KERNEL = OFFER.kernels.get("6.1");
const LACKING = KERNEL ? "" : ` [not run: the archive offers no 6.1: ${OFFER.answers.join("; ")}]`;
const TIMES = Number(process.env.REPRO_TIMES ?? 1);

/** A bridge endpoint reaches directly whom it should not, and nobody whom it should: both outcomes turn over. */
const TURNS_OVER: Edit = {
  function: "macvlan_queue_xmit",
  find: /dest && dest->mode == MACVLAN_MODE_BRIDGE/,
  replace: "dest && dest->mode != MACVLAN_MODE_BRIDGE",
};
const CELLS = [
  "macvlan/bridge>macvlan/bridge",
  "macvlan/bridge>macvlan/private",
  "macvtap/bridge>macvtap/bridge",
  "macvtap/bridge>macvlan/vepa",
];
const FILTER = `same-lower relay-off unicast (${CELLS.join("|")})$`;

test.skipIf(!KERNEL)(
  `a script tells a driver that does otherwise${LACKING}`,
  { timeout: 600_000 + 120_000 * TIMES },
  async () => {
    await using yard = await openYard();
    const workshop = await openWorkshop(KERNEL?.spec ?? "", () => {});
    const { spec } = workshop.kernel;
    const ran = await yard.run(["run", "pairings", "--kernel", spec, "--out", "out", "--filter", FILTER]);
    expect(ran.code, ran.stderr).toBe(0);
    const { cells } = await readResults(join(yard.directory, "out"));
    expect(
      cells.map(({ source, destination }) => `${partyName(source as Party)}>${partyName(destination as Party)}`).sort(),
    ).toEqual([...CELLS].sort());
    const scripts = join(yard.directory, "scripts");
    mkdirSync(scripts);
    for (const [index, cell] of cells.entries())
      writeFileSync(join(scripts, `cell-${index}.sh`), renderRepro(cell, { format: "script", release: spec }));
    const every = Array<string>(CELLS.length * TIMES);
    expect(await statuses(yard, spec, [])).toEqual(every.fill("0"));
    const module = await workshop.build("macvlan", [TURNS_OVER]);
    expect(await statuses(yard, spec, ["--module", module])).toEqual(every.fill("1"));
  },
);

/** What each script ends with, one after the other in one guest. */
async function statuses(yard: Yard, spec: string, flags: readonly string[]): Promise<string[]> {
  const each = 'for i in $(seq "$0"); do for f in scripts/*.sh; do sh "$f" >&2; echo $?; done; done';
  const { stdout } = await yard.run([
    ...["exec", "--kernel", spec],
    ...flags,
    "--mount",
    ".",
    "--",
    "sh",
    "-c",
    each,
    `${TIMES}`,
  ]);
  return stdout.trim().split("\n");
}
