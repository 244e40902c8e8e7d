/** Cells asked in a guest, each pair alone, with what is planted there, and with tracing. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { expect } from "vitest";
import type { Executor } from "../../../lab/base/executor.ts";
import { LOADED_MODULES } from "../../../lab/image/guest-image.ts";
import { type Cell, cellName, cellsOf, excludesEachOther, partyName } from "../../../lab/model/cell.ts";
import type { KernelVersion } from "../../../lab/model/kernel-version.ts";
import type { CellResult } from "../../../lab/model/results.ts";
import { lowerOf, type Node } from "../../../lab/model/topology.ts";
import { cellEvidence, writtenFrames } from "../../../lab/runner/cell-batch.ts";
import { judgedCell, type PreparedCells, prepareCells } from "../../../lab/runner/cells-run.ts";
import { type PlacedTopology, pairName } from "../../../lab/topology/arrangement.ts";
import { buildTopologies } from "../../../lab/topology/build.ts";
import { whole } from "../../../lab/topology/stage.ts";
import { cellTrace } from "../../../lab/trace/cell-trace.ts";
import { startTrace } from "../../../lab/trace/tracer.ts";
import type { Plan, PlannedCell } from "../../../lab/traffic/plan.ts";
import { playPlan } from "../../../lab/traffic/play.ts";
import { judgeCell } from "../../../lab/verdict/judge.ts";
import { pairings } from "../../../scenarios/pairings.ts";
import type { Behaviour, Planted } from "./table.ts";

const CELLS = new Map((pairings.cells ? cellsOf(pairings.cells) : []).map((cell) => [cellName(cell), cell]));

export interface Asked {
  readonly executor: Executor;
  /** As the results are to call it. */
  readonly kernel: string;
  readonly version: KernelVersion;
  /** For its capture. */
  readonly directory: string;
}

type Row = Pick<Behaviour, "cell" | "plant">;

/** In the order of the rows, one list for each of `without`: probes that are taken away. Pairs may not be shared. */
export async function askTraced(
  { executor, kernel, version, directory }: Asked,
  rows: readonly Row[],
  without: readonly (readonly string[])[] = [[]],
): Promise<CellResult[][]> {
  const cells = rows.map(({ cell }) => CELLS.get(cell) as Cell);
  const prepared = () => prepareCells({ scenario: "pairings", kernel, version, cells }, "isolated");
  const run = prepared();
  const [batch] = run.batches;
  if (!batch || run.batches.length > 1) throw new Error("all rows have to stand side by side");
  requireOwnPairs(rows, cells);
  await using _live = await buildTopologies(whole(executor), batch.arrangement.topologies);
  await plant(executor, batch.plan, rows);
  const results: CellResult[][] = [];
  for (const lacking of without) {
    const again = prepared();
    results.push(await play(executor, again, again.batches[0]?.plan as Plan, directory, lacking));
  }
  return results;
}

/** All that a cell's sender is asked in the same placement, but for macvtaps: that cell first. */
export function companyOf(name: string): string[] {
  const cell = CELLS.get(name) as Cell;
  const isCompany = ({ placement, source, destination }: Cell) =>
    placement === cell.placement && partyName(source) === partyName(cell.source) && destination.kind !== "macvtap";
  const company = [...CELLS].filter(([, one]) => isCompany(one) && !excludesEachOther(one));
  return [...new Set([name, ...company.map(([each]) => each)])];
}

/** What is planted beside a pair would be planted in all its cells. */
function requireOwnPairs(rows: readonly Row[], cells: readonly Cell[]): void {
  const names = cells.map(pairName);
  const shared = rows.filter(({ plant }, place) => plant && names.filter((name) => name === names[place]).length > 1);
  if (shared.length > 0) throw new Error(`"${shared[0]?.cell}" needs a pair of its own`);
}

async function plant(executor: Executor, plan: Plan, rows: readonly Row[]): Promise<void> {
  const lines = rows.flatMap((row, place) => row.plant?.(plantedAt(plan, plan.cells[place] as PlannedCell)) ?? []);
  const batches = ["ip", "bridge"].map((program) => {
    const own = lines.filter((line) => line.startsWith(`${program} `)).map((line) => line.slice(program.length + 1));
    return [`${program} -batch - <<'END' || exit`, ...own, "END"].join("\n");
  });
  const done = lines.length > 0 && (await executor.run(batches.join("\n")));
  if (done) expect([done.status, done.stderr]).toEqual([0, ""]);
}

function plantedAt({ topologies }: Plan, { pair }: PlannedCell): Planted {
  const topology = topologies[pair.topology] as PlacedTopology;
  const below = (node: Node) => lowerOf(topology, node) ?? { name: "", port: topology.external.port };
  const { name: lower, port } = below(pair.destination);
  return { ...pair, lower, port, sourcePort: below(pair.source).port };
}

async function play(
  executor: Executor,
  run: PreparedCells,
  plan: Plan,
  directory: string,
  without: readonly string[],
): Promise<CellResult[]> {
  const tracing = await startTrace(executor, without);
  const played = await playPlan(executor, plan);
  const traced = await tracing.stop(plan.nonce);
  const capture = "planted.pcapng";
  const frames = writtenFrames(plan, played, { directory, capture, application: "test" });
  return cellEvidence(plan, played, frames, capture).map((one, place) => {
    const cell = judgedCell(run, one.cell, (expected) => judgeCell(expected, one));
    const trace = cellTrace(traced, plan, place, one, cell.observed);
    return trace ? { ...cell, trace } : cell;
  });
}

/** Of each driver the one of these files, or else the kernel's own. */
export async function loadDrivers(executor: Executor, files: readonly string[]): Promise<void> {
  const own = new Map<string, string>();
  for (const file of files) {
    const path = `${executor.workDirectory}/${basename(file)}`;
    await executor.put(path, await readFile(file));
    own.set(basename(file), path);
  }
  const load = ["tap.ko", "macvlan.ko", "macvtap.ko"].map(
    (name) => `busybox insmod ${own.get(name) ?? `${LOADED_MODULES}/${name}`}`,
  );
  const done = await executor.run(["busybox rmmod macvtap macvlan tap", ...load].join(" &&\n"));
  expect([done.status, done.stderr]).toEqual([0, ""]);
}
