/** Behaviours planted in real kernels: the hop that is named is where they were planted. One guest a kernel. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { chooseAccelerator } from "../../lab/guest/accelerator.ts";
import { bootGuest } from "../../lab/guest/guest.ts";
import { guestImage } from "../../lab/image/index.ts";
import { type Cell, cellName, cellsOf } from "../../lab/model/cell.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import type { CellResult } from "../../lab/model/results.ts";
import { interfaceOf, lowerOf } from "../../lab/model/topology.ts";
import { cellEvidence, writtenFrames } from "../../lab/runner/cell-batch.ts";
import { judgedCell, prepareCells } from "../../lab/runner/cells-run.ts";
import { buildTopologies } from "../../lab/topology/build.ts";
import { whole } from "../../lab/topology/stage.ts";
import { cellTrace } from "../../lab/trace/cell-trace.ts";
import { startTrace } from "../../lab/trace/tracer.ts";
import type { PlannedCell } from "../../lab/traffic/plan.ts";
import { playPlan } from "../../lab/traffic/play.ts";
import { judgeCell } from "../../lab/verdict/judge.ts";
import { storyOf } from "../../reports/story.ts";
import { pairings } from "../../scenarios/pairings.ts";
import { offeredKernels } from "../runner/generations.ts";

type Planted = PlannedCell["pair"] & { readonly lower: string; readonly port: string };

interface Behaviour {
  readonly what: string;
  readonly cell: string;
  /** A line for `ip -batch`. */
  readonly plant?: (pair: Planted) => string;
  readonly fate: string;
  readonly detail: RegExp;
}

const BEHAVIOURS: readonly Behaviour[] = [
  {
    what: "relay off",
    cell: "same-lower relay-off unicast macvlan/vepa>macvlan/bridge",
    fate: "dropped at",
    detail: /br_handle_frame_finish/,
  },
  {
    what: "relay off for a private sender",
    cell: "same-lower relay-off unicast macvlan/private>macvlan/vepa",
    fate: "dropped at",
    detail: /br_handle_frame_finish/,
  },
  {
    what: "relay off, flooded to others",
    cell: "same-lower relay-off broadcast macvlan/vepa>macvlan/private",
    fate: "dropped at",
    detail: /br_handle_frame_finish/,
  },
  {
    what: "relay off, an address nobody has",
    cell: "same-lower relay-off unknown-unicast macvlan/vepa>macvlan/vepa",
    fate: "dropped at",
    detail: /br_handle_frame_finish/,
  },
  { what: "relay on", cell: "same-lower relay-on unicast macvlan/vepa>macvlan/vepa", fate: "delivered", detail: /^1 / },
  {
    what: "two bridge endpoints",
    cell: "same-lower relay-off unicast macvlan/bridge>macvlan/bridge",
    fate: "delivered",
    detail: /^1 /,
  },
  {
    what: "a broadcast that is copied",
    cell: "same-lower relay-on broadcast macvlan/vepa>macvlan/bridge",
    fate: "delivered",
    detail: /^1 /,
  },
  {
    what: "a reader of a macvtap",
    cell: "same-lower relay-on unicast macvlan/vepa>macvtap/vepa",
    fate: "delivered",
    detail: /^1 /,
  },
  {
    what: "a broadcast to a private endpoint",
    cell: "same-lower relay-on broadcast macvlan/vepa>macvtap/private",
    fate: "filtered without a copy",
    detail: /macvlan_broadcast/,
  },
  {
    what: "a group nobody joined",
    cell: "two-lowers relay-off multicast-not-joined macvlan/vepa>macvlan/vepa",
    fate: "filtered without a copy",
    detail: /macvlan_broadcast/,
  },
  {
    what: "a source endpoint and another sender",
    cell: "same-lower relay-on unicast macvlan/vepa>macvlan/source+other",
    fate: "passed to the lower host",
    detail: /macvlan_handle_frame/,
  },
  {
    what: "an address nobody has, relay on",
    cell: "same-lower relay-on unknown-unicast macvlan/vepa>macvlan/bridge",
    fate: "passed to the lower host",
    detail: /macvlan_handle_frame/,
  },
  {
    what: "the destination is down",
    cell: "two-lowers relay-off unicast macvlan/bridge>macvlan/vepa",
    plant: ({ destination }) => `link set ${interfaceOf(destination)} down`,
    fate: "device down",
    detail: /mvl-vep/,
  },
  {
    what: "the destination's lower device is down",
    cell: "two-lowers relay-off unicast macvlan/private>macvlan/private",
    plant: ({ lower }) => `link set ${lower} down`,
    fate: "device down",
    detail: /low-b/,
  },
  {
    what: "the destination's port is down",
    cell: "two-lowers relay-off unicast macvlan/private>macvlan/bridge",
    plant: ({ port }) => `link set ${port} down`,
    fate: "device down",
    detail: /swp-b/,
  },
  {
    what: "no room for group frames",
    cell: "two-lowers relay-off broadcast macvlan/bridge>macvlan/bridge",
    plant: ({ destination }) => `link set ${interfaceOf(destination)} type macvlan bcqueuelen 0`,
    fate: "queue overflow",
    detail: /low-b/,
  },
];

const OFFER = await offeredKernels();
const directory = mkdtempSync(join(tmpdir(), "macvlab-trace-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const CELLS = pairings.cells ? cellsOf(pairings.cells) : [];

describe.each(["5.10", "7.3"])("on %s", (generation) => {
  const kernel = OFFER.kernels.get(generation as never);
  test.skipIf(!kernel)("every planted behaviour is named by its hop", { timeout: 120_000 }, async () => {
    const known = generation === "5.10" ? BEHAVIOURS.filter(({ fate }) => fate !== "queue overflow") : BEHAVIOURS;
    const results = await trace(kernel as KernelArtefacts, known);
    const told = results.map((one) => storyOf(one));
    expect(known.map(({ what }, place) => `${what}: ${told[place]?.fate}: ${told[place]?.detail}`)).toEqual(
      known.map(({ what, fate, detail }) =>
        expect.stringMatching(new RegExp(`^${what}: ${fate}: .*${detail.source.replace("^", "")}`)),
      ),
    );
  });
});

async function trace(kernel: KernelArtefacts, behaviours: readonly Behaviour[]): Promise<CellResult[]> {
  const cells = behaviours.map(({ cell }) => CELLS.find((one) => cellName(one) === cell) as Cell);
  const image = await guestImage(kernel, { userSpace: "lean" });
  const accelerator = await chooseAccelerator(image, () => {});
  await using guest = await bootGuest({
    name: kernel.spec,
    image,
    accelerator,
    console: join(directory, "console.log"),
  });
  const { executor } = guest;
  const run = prepareCells({ scenario: "pairings", kernel: kernel.spec, version: kernel.version, cells }, "isolated");
  const results = new Map<Cell, CellResult>();
  for (const { arrangement, plan } of run.batches) {
    await using _live = await buildTopologies(whole(executor), arrangement.topologies);
    const planted = behaviours.flatMap(({ plant }, place) => {
      const own = plan.cells.find(({ cell }) => cell === cells[place]);
      const topology = own && arrangement.topologies[own.pair.topology];
      const below = topology && lowerOf(topology, own.pair.destination);
      return plant && own && below ? [plant({ ...own.pair, lower: below.name, port: below.port })] : [];
    });
    const done = await executor.run(["ip -batch - <<'END'", ...planted, "END"].join("\n"));
    expect([done.status, done.stderr]).toEqual([0, ""]);
    const tracing = await startTrace(executor);
    const played = await playPlan(executor, plan);
    const traced = await tracing.stop(plan.nonce);
    const capture = "planted.pcapng";
    const frames = writtenFrames(plan, played, { directory, capture, application: "test" });
    for (const [place, one] of cellEvidence(plan, played, frames, capture).entries()) {
      const cell = judgedCell(run, one.cell, (expected) => judgeCell(expected, one));
      const trace = cellTrace(traced, plan, place, one, cell.observed);
      results.set(one.cell, trace ? { ...cell, trace } : cell);
    }
  }
  return cells.map((cell) => results.get(cell) as CellResult);
}
