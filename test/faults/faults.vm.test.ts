/**
 * Faults planted, faults caught: drivers with one fault each, built from Debian's own source and headers, run in guests
 * in the place of the kernel's. A fault counts as caught when exactly what it breaks tells of it. Prints the table the
 * README keeps.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { offeredKernels } from "../runner/generations.ts";
import { FAULTS } from "./catalogue.ts";
import { DRIVERS, type DriverModule, type Fault, GENERATIONS, type Generation } from "./fault.ts";
import { NO_EDITS, runFaulty, runWith } from "./faulty-kernel.ts";
import { type FaultyRun, objectionsTo } from "./proof.ts";
import { faultTable } from "./table.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

const OFFER = await offeredKernels();
const AT_A_TIME = 2;
const SHOWN = 5;

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
});
afterAll(async () => {
  await yard[Symbol.asyncDispose]();
  console.log(faultTable(FAULTS));
});

describe.each(GENERATIONS)("in %s", (generation) => {
  const kernel = OFFER.kernels.get(generation);
  const faults = FAULTS.filter((fault) => plantedIn(fault, generation));
  const offered = kernel ? "" : ` [not run: the archive offers no ${generation}: ${OFFER.answers.join("; ")}]`;
  let workshop: Workshop;
  const runs = new Map<string, Promise<FaultyRun>>();

  beforeAll(async () => {
    if (!kernel) return;
    workshop = await openWorkshop(kernel.spec, () => {});
    // All are started here, two at a time, and each is waited for by its own test.
    const turns = Array.from({ length: AT_A_TIME }, () => Promise.resolve());
    for (const [index, fault] of faults.entries()) {
      const turn = index % AT_A_TIME;
      const run = (turns[turn] as Promise<void>).then(() => runFaulty(yard, workshop, fault));
      turns[turn] = run.then(
        () => {},
        () => {},
      );
      runs.set(fault.name, run);
    }
  });

  test.skipIf(!kernel)(`the same drivers without a fault raise no alarm${offered}`, async () => {
    const drivers = generation === "6.1" ? (Object.keys(DRIVERS) as DriverModule[]) : (["macvlan"] as const);
    const modules = [];
    for (const driver of drivers) modules.push(await workshop.build(driver, NO_EDITS));
    const { exitCode, results } = await runWith(yard, workshop.kernel, modules, `sound-${generation}`);
    const alarms = [...results.cells, ...results.checks].filter(
      ({ verdict }) => !["match", "unsupported"].includes(verdict),
    );
    expect(alarms.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    expect(results.kernels).toMatchObject([{ health: { status: "ok", findings: [] } }]);
    expect(results.kernels[0]?.modules.filter(({ replacedBy }) => replacedBy)).toHaveLength(modules.length);
    expect([results.cells.length, exitCode]).toEqual([2840, 0]);
  });

  test.skipIf(!kernel).for(faults)("$name", async (fault) => {
    const objections = await (runs.get(fault.name) as Promise<FaultyRun>).then(
      (run) => objectionsTo(fault, run),
      (error: Error) => [error.message],
    );
    if (fault.missed === undefined) expect(objections.slice(0, SHOWN), `${objections.length} objections`).toEqual([]);
    else expect(objections, "it is caught now: take `missed` out of the catalogue").not.toEqual([]);
  });
});

function plantedIn({ also = [] }: Fault, generation: Generation): boolean {
  return generation === "6.1" || also.includes(generation);
}
