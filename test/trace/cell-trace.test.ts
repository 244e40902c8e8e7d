/** What of all that was traced is a cell's: its devices, where the capture saw each hop, and what the switch knew. */
import { expect, test } from "vitest";
import { type Cell, cellName, cellsOf } from "../../lab/model/cell.ts";
import type { Sighting } from "../../lab/model/sighting.ts";
import { addressOf, interfaceOf } from "../../lab/model/topology.ts";
import { prepareCells } from "../../lab/runner/cells-run.ts";
import { cellTrace } from "../../lab/trace/cell-trace.ts";
import { type Traced, type TraceEvent, untraced } from "../../lab/trace/traced.ts";
import type { CellEvidence } from "../../lab/verdict/judge.ts";
import { pairings } from "../../scenarios/pairings.ts";

const CELLS = pairings.cells ? cellsOf(pairings.cells) : [];

function asked(...names: readonly string[]) {
  const cells = names.map((name) => CELLS.find((cell) => cellName(cell) === name) as Cell);
  const run = prepareCells({ scenario: "pairings", kernel: "some", version: [6, 1, 192], cells }, "isolated");
  const [batch] = run.batches;
  if (!batch) throw new Error("nothing to ask");
  const { plan, arrangement } = batch;
  const { pair } = plan.cells[0] as (typeof plan.cells)[number];
  const topology = arrangement.topologies[pair.topology] as (typeof arrangement.topologies)[number];
  const [low = { name: "", port: "" }] = topology.lowers;
  return { plan, pair, low, ends: { source: pair.source, destination: pair.destination, topology } };
}

const sighting = (name: string, isOut: boolean, frame: number): Sighting => ({
  interface: name,
  tap: "tap",
  packetType: isOut ? "outgoing" : "host",
  time: BigInt(frame),
  frame,
});

const event = (name: string, device: string, at: number): TraceEvent => ({ function: name, device, at, buffer: "0x1" });

function traceOf({ plan, ends }: ReturnType<typeof asked>, sightings: readonly Sighting[][], parts: Partial<Traced>) {
  const frames = sightings.map((each, order) => ({ sendResult: 0, sentAt: 0n, order, sightings: each }));
  const evidence = { ends, frames, capture: "captures/a.pcapng" } as unknown as CellEvidence;
  const [first] = sightings.at(-1) ?? [];
  const path = first ? [["endpoint" as const, "out" as const, 1, first.frame] as [never, "out", number, number]] : [];
  return cellTrace({ ...untraced([]), ...parts }, plan, 0, evidence, { copies: 0, path });
}

const REFLECTED = asked("same-lower relay-on unicast macvlan/vepa>macvlan/bridge");

test("each hop has the frame a tap saw pass there, the second time the second", () => {
  const { low, pair } = REFLECTED;
  const source = interfaceOf(pair.source);
  const seen = [
    ...[sighting(source, true, 1), sighting(low.name, true, 2), sighting(low.port, false, 3)],
    ...[sighting(low.port, true, 4), sighting(low.name, false, 5), sighting(low.port, true, 6)],
  ];
  const events = [
    ...[event("macvlan_start_xmit", source, 10), event("veth_xmit", low.name, 11)],
    ...[event("br_handle_frame", low.port, 12), event("br_handle_frame_finish", low.port, 13)],
    ...[event("veth_xmit", low.port, 14), event("veth_xmit", low.port, 15), event("macvlan_broadcast", low.name, 16)],
  ];
  const trace = traceOf(REFLECTED, [seen], { frames: new Map([[1, events]]) });
  expect(trace?.hops.map(({ frame }) => frame)).toEqual([1, 2, 3, 3, 4, 6, undefined]);
  expect(trace?.devices).toMatchObject({ [source]: "endpoint", [low.name]: "lower", [low.port]: "switchPort" });
  expect([trace?.capture, trace?.lower, trace?.port]).toEqual(["captures/a.pcapng", low.name, low.port]);
});

test("the switch's table is told of the destination's address, and ports only of the cell's", () => {
  const { low, pair } = REFLECTED;
  const mac = addressOf(pair.destination);
  const table = [
    { mac, ifname: low.port, master: "sw" },
    { mac, ifname: low.name }, // a device's own, not the switch's
    { mac: "02:00:00:00:00:99", ifname: "other", master: "sw" },
  ];
  const ports = new Map([
    [low.port, { state: "forwarding", hairpin: true }],
    ["other", { state: "forwarding", hairpin: false }],
  ]);
  const trace = traceOf(REFLECTED, [], { table, ports });
  expect(trace?.switch).toEqual({ known: [low.port], ports: { [low.port]: { state: "forwarding", hairpin: true } } });
});

test("hairpin is told only of what was asked in the relay state that came last", () => {
  const both = asked(
    "same-lower relay-off unicast macvlan/vepa>macvlan/bridge",
    "same-lower relay-on unicast macvlan/vepa>macvlan/bridge",
  );
  const ports = new Map([[both.low.port, { state: "forwarding", hairpin: true }]]);
  expect(traceOf(both, [], { ports })?.switch?.ports).toEqual({ [both.low.port]: { state: "forwarding" } });
});

test("a group's address is in no table", () => {
  const group = asked("same-lower relay-on broadcast macvlan/vepa>macvlan/bridge");
  expect(traceOf(group, [], {})?.switch).toEqual({ ports: {} });
});

test("of several frames the one whose way is told is traced", () => {
  const groups = asked("two-lowers relay-off multicast-not-joined macvlan/vepa>macvlan/vepa");
  const [first = 0, second = 0] = groups.plan.cells[0]?.frames ?? [];
  const source = interfaceOf(groups.pair.source);
  const frames = new Map([
    [first, [event("macvlan_start_xmit", "leaked", 1)]],
    [second, [event("macvlan_start_xmit", source, 1)]],
  ]);
  const trace = traceOf(groups, [[sighting(source, true, 1)], [sighting(source, true, 2)]], { frames });
  expect(trace?.hops).toMatchObject([{ device: source, frame: 2 }]);
});
