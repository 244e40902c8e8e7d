/**
 * What is planted in real kernels is named by the hop where it was planted: behaviours, one guest a kernel, and faulty
 * modules, one after another in one guest. Prints how many of how many.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseAccelerator } from "../../lab/guest/accelerator.ts";
import { bootGuest, type Guest } from "../../lab/guest/guest.ts";
import { guestImage } from "../../lab/image/index.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import type { KernelVersion } from "../../lab/model/kernel-version.ts";
import type { CellResult } from "../../lab/model/results.ts";
import { withSuspects } from "../../lab/runner/suspects.ts";
import { SAME } from "../../lab/trace/probes.ts";
import { storyOf } from "../../reports/story.ts";
import { FAULTS } from "../faults/catalogue.ts";
import type { Fault } from "../faults/fault.ts";
import { openWorkshop, type Workshop } from "../faults/workshop.ts";
import { offeredKernels } from "../runner/generations.ts";
import { type Asked, askTraced, companyOf, loadDrivers } from "./planted/in-guest.ts";
import { BEHAVIOURS, FAULTY_MODULES, type FaultyModule, type Told } from "./planted/table.ts";

/** Guests at a time: the machine's processors are two. */
const AT_A_TIME = 2;
/** Distinct plants that have to be named right. */
const WANTED = 30;

/** Such of each fate as leave the fences alone: waiting for one that cannot come takes seconds each time. */
const TOLD_WITHOUT = [
  ...["relay off", "two bridge endpoints", "a broadcast that is copied", "a broadcast to a private endpoint"],
  ...["a source endpoint and another sender", "an address nobody has, relay on"],
];
/** Of those this kernel has; each alone, and what has one name in each kernel by all its names. */
const TAKEN_AWAY: readonly (readonly string[])[] = [
  ...["macvlan_start_xmit", "veth_xmit", "br_handle_frame", "br_handle_frame_finish", "__br_forward"].map(alone),
  ...["macvlan_handle_frame", "macvlan_broadcast", "tap_handle_frame"].map(alone),
  ...SAME,
];

const HIDDEN = "could hide its fate";

const OFFER = await offeredKernels();
const directory = mkdtempSync(join(tmpdir(), "macvlab-trace-"));
let boots = 0;
/** Of every plant that was tried, whether it was named right wherever it was. */
const named = new Map<string, boolean>();

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each(["5.10", "7.3"])("on %s", (generation) => {
  const kernel = OFFER.kernels.get(generation as never);
  let guest: Guest;
  let at: Asked;

  beforeAll(async () => {
    if (!kernel) return;
    guest = await boot(kernel);
    at = asked(guest, kernel);
  });
  afterAll(() => guest?.[Symbol.asyncDispose]());

  test.skipIf(!kernel)("every planted behaviour is named by its hop", async () => {
    const [major = 0, minor = 0] = kernel?.version ?? [];
    const isKnown = ([from, and]: readonly [number, number]) => major > from || (major === from && minor >= and);
    const rows = BEHAVIOURS.filter(({ since = [0, 0] }) => isKnown(since));
    const [results = []] = await askTraced(at, rows);
    expect(rows.flatMap((row, place) => wrongIn(row, results[place] as CellResult))).toEqual([]);
  });

  if (generation === "5.10") return;
  const title = "with a probe taken away a fate is the same or could be hidden, and the lack is named";
  test.skipIf(!kernel)(title, async () => {
    const rows = BEHAVIOURS.filter(({ what }) => TOLD_WITHOUT.includes(what));
    const [whole = [], ...others] = await askTraced(at, rows, [[], ...TAKEN_AWAY]);
    expect(whole.map((cell) => storyOf(cell).fate)).toEqual(rows.map(({ fate }) => fate));
    for (const [place, names] of TAKEN_AWAY.entries()) {
      const told = rows.map((row, number) => ({ ...row, story: storyOf(others[place]?.[number] as CellResult) }));
      for (const { story } of told) expect(story.limits).toContain(names[0]);
      const unsaid = told.filter(({ fate, story }) => story.fate !== fate && !story.limits.includes(HIDDEN));
      const said = unsaid.map(({ what, story }) => `${what}: ${story.fate}: ${story.detail}; ${story.limits}`);
      expect(said, `without ${names.join(" and ")}`).toEqual([]);
    }
  });
});

describe("faulty modules of 6.1", () => {
  const kernel = OFFER.kernels.get("6.1");

  test.skipIf(!kernel)("are named by their hop, and by the first that differs", async () => {
    const workshop = await openWorkshop(kernel?.spec ?? "", () => {});
    const parts = Array.from({ length: AT_A_TIME }, (_, part) =>
      FAULTY_MODULES.filter((__, place) => place % AT_A_TIME === part),
    );
    const wrong = await Promise.all(parts.map((rows) => wrongOf(rows, workshop)));
    expect(wrong.flat()).toEqual([]);
  });
});

/** One after another in one guest, each beside what the kernel's own module does. */
async function wrongOf(rows: readonly FaultyModule[], { kernel, build }: Workshop): Promise<string[]> {
  await using guest = await boot(kernel);
  const at = asked(guest, kernel);
  const [sound = []] = await askTraced({ ...at, kernel: `${at.kernel} as it came` }, rows);
  expect(sound.map(({ verdict }) => verdict)).toEqual(rows.map(() => "match"));
  const wrong: string[] = [];
  for (const [place, row] of rows.entries()) {
    const { caughtBy, module = "macvlan", edits } = FAULTS.find(({ name }) => name === row.what) as Fault;
    await loadDrivers(guest.executor, [await build(module, edits)]);
    const rules = caughtBy.by === "rules" && row.inCompany ? Object.keys(caughtBy.rules) : [];
    const company = row.inCompany ? companyOf(row.cell) : [row.cell];
    const [cells = []] = await askTraced(
      at,
      company.map((cell) => ({ cell })),
    );
    wrong.push(...wrongIn(row, cells[0] as CellResult, sound[place]));
    wrong.push(...wrongRule(row, cells.map(asAmongOthers), rules, kernel.version));
  }
  return wrong;
}

/** Empty where the likeliest broken rule is one the fault breaks. */
function wrongRule(
  { what, inCompany }: FaultyModule,
  cells: readonly CellResult[],
  rules: readonly string[],
  version: KernelVersion,
): string[] {
  const [suspect] = withSuspects(cells, version).flatMap((cell) => cell.suspect ?? []);
  return !inCompany || rules.includes(suspect?.rule ?? "") ? [] : [`${what}: likeliest ${suspect?.rule}`];
}

test.skipIf(!["5.10", "6.1", "7.3"].every((one) => OFFER.kernels.has(one as never)))(
  "so many plants are named right",
  () => {
    const right = [...named.values()].filter(Boolean).length;
    console.log(`explain names ${right} of ${named.size} planted behaviours and faulty modules by their hop`);
    expect(right).toBeGreaterThanOrEqual(WANTED);
  },
);

/** What the search for a broken rule is given in a run: there a verdict is that of all endpoints together. */
function asAmongOthers(cell: CellResult): CellResult {
  const isOther = cell.observed.copies !== cell.expected.copies;
  return cell.verdict === "inconclusive" && isOther ? { ...cell, verdict: "mismatch" } : cell;
}

/** Empty where it is named right. */
function wrongIn(row: Told & Partial<FaultyModule>, cell: CellResult, sound?: CellResult): string[] {
  const { fate, detail, differs } = storyOf(cell, sound ? [{ name: sound.kernel, cell: sound }] : []);
  const isJudged = row.verdict === undefined || cell.verdict === row.verdict;
  const isTurn = row.differs === undefined || row.differs.test(differs?.text ?? "");
  const isRight = isJudged && isTurn && fate === row.fate && row.detail.test(detail);
  named.set(row.what, isRight && (named.get(row.what) ?? true));
  if (isRight) return [];
  return [[row.what, cell.verdict, fate, detail, ...(sound ? [differs?.text] : [])].join(": ")];
}

function alone(name: string): string[] {
  return [name];
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
  const console = join(directory, `console-${++boots}.log`);
  return bootGuest({ name: kernel.spec, image, accelerator, console });
}
