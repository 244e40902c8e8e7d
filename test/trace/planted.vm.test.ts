/**
 * What is planted in real kernels is named by the hop where it was planted: behaviours, one guest a kernel, and faulty
 * modules, one after another in one guest. Prints how many of how many.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { chooseAccelerator } from "../../lab/guest/accelerator.ts";
import { bootGuest, type Guest } from "../../lab/guest/guest.ts";
import { guestImage } from "../../lab/image/index.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import type { CellResult } from "../../lab/model/results.ts";
import { storyOf } from "../../reports/story.ts";
import { FAULTS } from "../faults/catalogue.ts";
import { openWorkshop } from "../faults/workshop.ts";
import { offeredKernels } from "../runner/generations.ts";
import { askTraced, loadDrivers } from "./planted/in-guest.ts";
import { BEHAVIOURS, FAULTY_MODULES, type FaultyModule, type Told } from "./planted/table.ts";

/** Distinct plants that have to be named right. */
const WANTED = 30;

const OFFER = await offeredKernels();
const directory = mkdtempSync(join(tmpdir(), "macvlab-trace-"));
/** Of every plant that was tried, whether it was named right wherever it was. */
const named = new Map<string, boolean>();

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each(["5.10", "7.3"])("on %s", (generation) => {
  const kernel = OFFER.kernels.get(generation as never);

  test.skipIf(!kernel)("every planted behaviour is named by its hop", { timeout: 120_000 }, async () => {
    const [major = 0, minor = 0] = kernel?.version ?? [];
    const known = BEHAVIOURS.filter(
      ({ since: [from, and] = [0, 0] }) => major > from || (major === from && minor >= and),
    );
    await using guest = await boot(kernel as KernelArtefacts);
    const [results = []] = await askTraced(asked(guest, kernel as KernelArtefacts), known);
    expect(known.flatMap((row, place) => wrongIn(row, results[place] as CellResult))).toEqual([]);
  });
});

describe("faulty modules of 6.1", () => {
  const kernel = OFFER.kernels.get("6.1");

  test.skipIf(!kernel)("are named by their hop, and by the first that differs", { timeout: 240_000 }, async () => {
    const workshop = await openWorkshop(kernel?.spec ?? "", () => {});
    await using guest = await boot(workshop.kernel);
    const at = asked(guest, workshop.kernel);
    const [sound = []] = await askTraced({ ...at, kernel: `${at.kernel} as it came` }, FAULTY_MODULES);
    expect(sound.map(({ verdict }) => verdict)).toEqual(FAULTY_MODULES.map(() => "match"));
    const wrong: string[] = [];
    for (const [place, row] of FAULTY_MODULES.entries()) {
      const fault = FAULTS.find(({ name }) => name === row.what);
      await loadDrivers(guest.executor, [await workshop.build(fault?.module ?? "macvlan", fault?.edits ?? [])]);
      const [[cell] = []] = await askTraced(at, [row]);
      wrong.push(...wrongIn(row, asAmongOthers(row, cell as CellResult), sound[place]));
    }
    expect(wrong).toEqual([]);
  });
});

test.skipIf(OFFER.kernels.size < 3)("so many plants are named right", () => {
  const right = [...named.values()].filter(Boolean).length;
  console.log(`explain names ${right} of ${named.size} planted behaviours and faulty modules by their hop`);
  expect(right).toBeGreaterThanOrEqual(WANTED);
});

/** What a run is told of it: there its verdict is that of all endpoints together. */
function asAmongOthers({ untoldAlone }: FaultyModule, cell: CellResult): CellResult {
  return untoldAlone && cell.verdict === "inconclusive" ? { ...cell, verdict: "mismatch" } : cell;
}

/** Empty where it is named right. */
function wrongIn(row: Told & { readonly differs?: RegExp }, cell: CellResult, sound?: CellResult): string[] {
  const { fate, detail, differs } = storyOf(cell, sound ? [sound] : []);
  const isMismatch = row.differs === undefined || cell.verdict === "mismatch";
  const isTurn = row.differs === undefined || row.differs.test(differs?.text ?? "");
  const isRight = isMismatch && isTurn && fate === row.fate && row.detail.test(detail);
  named.set(row.what, isRight && (named.get(row.what) ?? true));
  if (isRight) return [];
  return [[row.what, cell.verdict, fate, detail, ...(sound ? [differs?.text] : [])].join(": ")];
}

const asked = ({ executor }: Guest, { spec, version }: KernelArtefacts) => ({
  executor,
  kernel: spec,
  version,
  directory,
});

async function boot(kernel: KernelArtefacts): Promise<Guest> {
  const image = await guestImage(kernel, { userSpace: "lean" });
  const accelerator = await chooseAccelerator(image, () => {});
  return bootGuest({ name: kernel.spec, image, accelerator, console: join(directory, "console.log") });
}
