/** Where a story first takes another turn than on a kernel that passes. */
import { describe, expect, test } from "vitest";
import type { CellResult, Trace } from "../../lab/model/results.ts";
import { renderStory, storyOf } from "../../reports/story.ts";
import { firstDifference as differenceOf, type Elsewhere } from "../../reports/story-difference.ts";
import { NEW, OLD, sampleCell } from "./sample.ts";

const CELL = {
  placement: "same-lower",
  reflectiveRelay: true,
  traffic: "unicast",
  source: { kind: "macvlan", mode: "vepa" },
  destination: { kind: "macvlan", mode: "bridge" },
} as const;
type Path = NonNullable<CellResult["observed"]["path"]>;
const WAY: Path = [
  ["endpoint", "out", 1, 10],
  ["lower", "out", 2, 11],
  ["switchPort", "in", 3, 12],
  ["switchPort", "out", 4, 13],
  ["lower", "in", 5, 14],
  ["destination", "in", 6, 15],
];
const EXPECTED = { copies: 1, echo: 0, wire: 1, by: "oracle", rule: "some_function: why" } as const;

function asked(kernel: string, path: Path, parts: Partial<CellResult> = {}): CellResult {
  const copies = path.filter(([tap]) => tap === "destination").length;
  const verdict = copies === 1 ? "match" : "mismatch";
  return sampleCell(kernel, CELL, { copies, path }, { expected: EXPECTED, verdict, ...parts });
}

/** Named as their kernels are. */
const on = (cells: readonly CellResult[]): Elsewhere[] => cells.map((cell) => ({ name: cell.kernel, cell }));
const firstDifference = (cell: CellResult, others: readonly CellResult[]) => differenceOf(cell, on(others));

const passing = asked(OLD, WAY);
const failing = asked(NEW, WAY.slice(0, 3));

describe("by the taps", () => {
  test("the first that saw it there and not here, with its frame", () => {
    const { kernel, hop, text } = firstDifference(failing, [passing]) ?? {};
    expect([kernel, hop]).toEqual([OLD, "switchPort out"]);
    expect(text).toBe(
      `the switch port it is cabled to saw it go out on ${OLD}, where it is as expected (frame 13 of captures/a run.pcapng), and not here`,
    );
  });

  test("one that saw it here and not there comes first where it is first", () => {
    const strayed = asked(NEW, [...WAY.slice(0, 1), ["externalPort", "in", 2, 11], ...WAY.slice(1, 5)]);
    expect(firstDifference(strayed, [passing])).toMatchObject({
      hop: "externalPort in",
      text: expect.stringContaining("come in here (frame 11 of captures/a run.pcapng), and not on"),
    });
  });

  test("the order in which taps saw one flood is no difference, a second copy is", () => {
    const swapped = [...WAY.slice(0, 3), ...WAY.slice(3, 5).reverse(), ...WAY.slice(5)];
    const doubled = asked(NEW, [...swapped, ["destination", "in", 7, 16]], { verdict: "mismatch" });
    expect(firstDifference(doubled, [passing])).toMatchObject({ hop: "destination in" });
  });

  test("where none differs that is said", () => {
    const otherwise = asked(NEW, WAY, { verdict: "mismatch" });
    expect(firstDifference(otherwise, [passing])?.text).toMatch(/^none; its way on .* is the same/);
  });
});

test("a kernel is none to compare with that passes something else, or does not pass", () => {
  const unlike = asked(OLD, WAY, { expected: { ...EXPECTED, copies: 0 } });
  const unsure = asked(OLD, WAY, { verdict: "inconclusive" });
  expect(firstDifference(failing, [unlike, unsure, failing])).toBeUndefined();
});

test("another run of the same kernel is another: before and after a patch", () => {
  const before = { name: "7.2.6 (before)", cell: asked(NEW, WAY) };
  expect(differenceOf(failing, [before])).toMatchObject({
    hop: "switchPort out",
    text: expect.stringContaining("on 7.2.6 (before), where it is as expected"),
  });
});

test("it is told of mismatches only", () => {
  expect(renderStory(failing, storyOf(failing, on([passing])))).toContain("First hop that differs: the switch port");
  expect(storyOf(passing, on([failing])).differs).toBeUndefined();
});

describe("by what both kernels told", () => {
  const devices = { mv: "endpoint", low: "lower", port: "switchPort", dest: "destination" } as const;
  const trace = (names: readonly string[], parts: Partial<Trace> = {}): Trace => ({
    alone: true,
    hops: names.map((name, at) => {
      const [functionName = "", device = "", returned] = name.split(" ");
      return { function: functionName, device, at, ...(returned ? { returned } : {}) };
    }),
    lower: "low",
    port: "port",
    devices,
    down: [],
    drops: {},
    lacking: [],
    lost: 0,
    ...parts,
  });
  const sent = ["macvlan_start_xmit mv 0", "veth_xmit low", "br_handle_frame_finish port", "__br_forward port"];
  const there = { ...passing, trace: trace([...sent, "macvlan_handle_frame low another"]) };

  test("what a function decided counts, and comes before what the taps saw of it", () => {
    const here = { ...failing, trace: trace([...sent, "macvlan_handle_frame low pass"]) };
    expect(firstDifference(here, [passing, there])).toMatchObject({
      hop: "macvlan_handle_frame",
      text: expect.stringMatching(/^macvlan_handle_frame had it at the sender's lower device and returned pass here/),
    });
  });

  test("a probe one of them lacks tells nothing", () => {
    const names = sent.filter((name) => !name.startsWith("__br_forward"));
    const here = { ...failing, trace: trace(names, { lacking: ["__br_forward", "macvlan_handle_frame"] }) };
    expect(firstDifference(here, [there])).toMatchObject({ hop: "switchPort out" });
  });

  test.each<[string, Partial<Trace>, Partial<Trace>]>([
    ["this one lost events", { lost: 2 }, {}],
    ["the other lost events", {}, { lost: 2 }],
    ["this one could not be told when it was traced", { verdict: "inconclusive" }, {}],
  ])("where %s no function is missing: the taps tell", (_, own, others) => {
    const here = { ...failing, trace: trace(sent.slice(0, 1), own) };
    const other = { ...there, trace: { ...there.trace, ...others } };
    expect(firstDifference(here, [other])).toMatchObject({ hop: "switchPort out" });
  });

  test("where only one was traced the taps tell", () => {
    const here = { ...failing, trace: trace(sent.slice(0, 3)) };
    expect(firstDifference(here, [passing])).toMatchObject({ hop: "switchPort out" });
  });
});
