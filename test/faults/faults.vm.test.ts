/**
 * Faults planted, faults caught: drivers with one fault each, built from Debian's own source and headers, run in guests
 * in the place of the kernel's. A fault counts as caught when exactly what it breaks tells of it. Prints the table the
 * README keeps.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { offeredKernels } from "../runner/generations.ts";
import { Turns } from "../runner/turns.ts";
import { FAULTS } from "./catalogue.ts";
import { DRIVERS, type DriverModule, type Fault, GENERATIONS, type Generation } from "./fault.ts";
import { NO_EDITS, runFaulty, runWith } from "./faulty-kernel.ts";
import { objectionsTo } from "./proof.ts";
import { faultTable } from "./table.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

const OFFER = await offeredKernels();
/** Guests at a time: the machine's processors are two. One beside them may hang or be crashed: it mostly waits. */
const AT_A_TIME = 2;
/** With the wait for others. */
const DEADLINE = 1_500_000;
const SHOWN = 5;

let yard: Yard;
const turns = { working: new Turns(AT_A_TIME), crashing: new Turns(1) };
/** What kept a fault from being caught, by its name. */
const objections = new Map<string, readonly string[]>();

beforeAll(async () => {
  yard = await openYard();
});
afterAll(async () => {
  await yard[Symbol.asyncDispose]();
  console.log(faultTable(FAULTS, objections));
});

describe.each(GENERATIONS)("in %s", (generation) => {
  const kernel = OFFER.kernels.get(generation);
  const faults = FAULTS.filter((fault) => plantedIn(fault, generation));
  const offered = kernel ? "" : ` [not run: the archive offers no ${generation}: ${OFFER.answers.join("; ")}]`;
  let workshop: Workshop;

  beforeAll(async () => {
    if (kernel) workshop = await openWorkshop(kernel.spec, () => {});
  });

  test.skipIf(!kernel)(`the same drivers without a fault raise no alarm${offered}`, async () => {
    const drivers = generation === "6.1" ? (Object.keys(DRIVERS) as DriverModule[]) : (["macvlan"] as const);
    const modules: string[] = [];
    for (const driver of drivers) modules.push(await workshop.build(driver, NO_EDITS));
    const { exitCode, results } = await runWith(yard, workshop.kernel, modules, `sound-${generation}`);
    const judged = [...results.cells, ...results.checks];
    const alarms = judged.filter(({ verdict }) => !["match", "unsupported"].includes(verdict));
    expect(alarms.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    expect(results.kernels).toMatchObject([{ health: { status: "ok", findings: [] } }]);
    expect(results.kernels[0]?.modules.filter(({ replacedBy }) => replacedBy)).toHaveLength(modules.length);
    expect([results.cells.length, exitCode]).toEqual([2840, 0]);
  });

  test.skipIf(!kernel).concurrent.for(faults)("$name", { timeout: DEADLINE }, async (fault) => {
    const turn = fault.caughtBy.by === "finding" ? turns.crashing : turns.working;
    const raised = await turn
      .take(() => runFaulty(yard, workshop, fault))
      .then(
        (run) => objectionsTo(fault, run),
        ({ message }: Error) => [message.replaceAll("\n", " / ")],
      );
    // Of several kernels the one that did not catch it counts.
    objections.set(fault.name, [...(objections.get(fault.name) ?? []), ...raised]);
    if (fault.missed === undefined) expect(raised.slice(0, SHOWN), `${raised.length} objections`).toEqual([]);
    else expect(raised, "it is caught now: take `missed` out of the catalogue").not.toEqual([]);
  });
});

function plantedIn({ also = [] }: Fault, generation: Generation): boolean {
  return generation === "6.1" || also.includes(generation);
}
