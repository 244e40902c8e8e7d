/** Frames that devices of a guest drop in earnest: what they left untold is asked once more, by the whole of a kernel's run. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { GuestOptions } from "../../lab/guest/guest.ts";
import { nicId } from "../../lab/guest/nic.ts";
import { defaultKernelSpec, resolveKernel } from "../../lab/kernels/index.ts";
import { cellsOf } from "../../lab/model/cell.ts";
import type { RunEvent } from "../../lab/model/events.ts";
import type { CellResult } from "../../lab/model/results.ts";
import type { CellAxes } from "../../lab/model/scenario.ts";
import { LAYER2_TRAFFIC, MODES } from "../../lab/model/vocabulary.ts";
import { runKernel } from "../../lab/runner/kernel-run.ts";
import type { CardKind } from "../../lab/topology/lower-kinds.ts";
import {
  type Disturbance,
  type Disturbing,
  disturbed,
  inOneBurst,
  inOneBurstFor,
  noRoomForGroups,
} from "./disturbed-plays.ts";
import { GENERIC, notCached } from "./generic-kernel.ts";

const { present } = vi.hoisted(() => ({ present: {} as { disturbing: Disturbing } }));
/** Guests are real ones, booted by the lab, and disturbed then. */
vi.mock("../../lab/guest/guest.ts", async (importOriginal) => {
  const actual = await importOriginal<typeof import("../../lab/guest/guest.ts")>();
  const bootGuest = async (options: GuestOptions) => disturbed(await actual.bootGuest(options), present.disturbing);
  return { ...actual, bootGuest };
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "macvlab-test-"));
  for (const name of ["captures", "console"]) mkdirSync(join(directory, name));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The far one of two lower devices: it has part in the cells between the two, and in no other. */
const FAR = "low-b";

interface Asked {
  /** With the far lower device. */
  readonly between: readonly CellResult[];
  /** On the near one alone. */
  readonly near: readonly CellResult[];
  /** Of what is asked once more. */
  readonly notes: readonly string[];
  /** Frames the far one dropped by its own count, of each play. */
  readonly counted: readonly number[];
}

const FEW: Pick<CellAxes, "traffic" | "modes"> = { traffic: ["unicast", "broadcast"], modes: ["vepa", "bridge"] };
/** Some two hundred frames for the far lower device. */
const MANY: typeof FEW = { traffic: LAYER2_TRAFFIC, modes: MODES.filter((mode) => mode !== "passthru") };

/** @param plays how many of them are disturbed. */
async function ask(spec: string, disturbance: Disturbance, plays: number, lower?: CardKind): Promise<Asked> {
  const [counted, notes]: [number[], string[]] = [[], []];
  present.disturbing = { ...disturbance, plays, device: FAR, counted: (frames) => void counted.push(frames) };
  const kernel = await resolveKernel(spec);
  const axes = { placements: ["same-lower", "two-lowers"], reflectiveRelay: [false] } as const;
  const cells = cellsOf({ ...axes, ...(lower ? MANY : FEW) });
  const asked = lower ? cells.map((cell) => ({ ...cell, lower })) : cells;
  const listener = (event: RunEvent) => {
    if (event.event === "note" && event.text.endsWith("asked once more")) notes.push(event.text);
  };
  const outcome = await runKernel(
    { kind: "guest", id: spec, version: kernel.version, kernel },
    [{ scenario: "pairings", cells: asked, checks: [] }],
    { directory, application: "macvlab test", listener, isolate: false, ...(lower ? { lower: { kind: lower } } : {}) },
  );
  const at = (placement: string) => outcome.cells.filter((cell) => cell.placement === placement);
  expect(outcome.kernel.health).toEqual({ status: "ok", findings: [] });
  expect(outcome.cells).toHaveLength(cells.length);
  return { between: at("two-lowers"), near: at("same-lower"), notes, counted };
}

/** What the names of their captures end with; each is there. */
function captures(cells: readonly CellResult[]): string[] {
  const names = [...new Set(cells.flatMap(({ evidence }) => evidence.map(({ capture }) => capture)))];
  for (const name of names) expect(existsSync(join(directory, name)), name).toBe(true);
  return names.map((name) => name.replace(/^.*-pairings(-rtl8139|-vmxnet3)?/, ""));
}

const verdicts = (cells: readonly CellResult[]) => [...new Set(cells.map(({ verdict }) => verdict))];
const note = (dropped: number, cells: number) =>
  `"${FAR}" dropped ${dropped} ${dropped === 1 ? "frame" : "frames"}: what ${cells} cells could not tell is asked once more`;
const reason = (dropped: number) => `"${FAR}" dropped ${dropped} frames while the probes were under way`;

/** What was dropped was told by the last play, and what was not by the first. */
function expectToldLater({ between, near, notes, counted }: Asked): void {
  const lossy = counted.slice(0, -1);
  expect(lossy).not.toEqual([]);
  expect(Math.min(...lossy)).toBeGreaterThan(0);
  expect(counted.at(-1)).toBe(0);
  expect(notes).toEqual(lossy.map((dropped) => note(dropped, between.length)));
  expect(verdicts([...between, ...near])).toEqual(["match"]);
  for (const { id, again } of between) expect(again, id).toContain(reason(counted[0] as number));
  for (const cell of near) expect(cell).not.toHaveProperty("again");
  expect([captures(near), captures(between)]).toEqual([[".pcapng"], [`-again${lossy.length}.pcapng`]]);
}

test("frames that a driver had no room for, once: their cells are told by the next play, and say why", async () => {
  const asked = await ask(await defaultKernelSpec(), noRoomForGroups(FAR), 1);
  expectToldLater(asked);
  expect(asked.counted).toHaveLength(2);
});

test("frames that a driver has never room for: their cells stay inconclusive, and no others", async () => {
  const { between, near, notes, counted } = await ask(await defaultKernelSpec(), noRoomForGroups(FAR), 9);
  expect(counted).toHaveLength(3);
  expect(Math.min(...counted)).toBeGreaterThan(0);
  expect(notes).toEqual(counted.slice(0, -1).map((dropped) => note(dropped, between.length)));
  expect([verdicts(near), verdicts(between)]).toEqual([["match"], ["inconclusive"]]);
  for (const { id, reason: told } of between) expect(told, id).toContain(reason(counted[0] as number));
  for (const cell of [...near, ...between]) expect(cell).not.toHaveProperty("again");
  expect(captures([...near, ...between])).toEqual([".pcapng"]);
});

/** The card that is the far lower device: its own cable's first, behind the two of the near one's. */
const FAR_CARD = nicId(2);

describe.skipIf(notCached)(`frames that came faster than a card's ring was emptied, on ${GENERIC}${notCached}`, () => {
  test("are asked for once more", async () => {
    expectToldLater(await ask(GENERIC, inOneBurst(FAR_CARD), 1, "rtl8139"));
  });

  test("are missed even where the driver alone knows of them, though fences were seen", async () => {
    const burst = inOneBurstFor(FAR, FAR_CARD, { short: 32, usual: 1024 });
    expectToldLater(await ask(GENERIC, burst, 1, "vmxnet3"));
  });
});
