import { describe, expect, test } from "vitest";
import { type Cell, cellName, cellsOf, excludesEachOther } from "../../lab/model/cell.ts";
import { CELL_CLAIMS, claimsOf } from "../../lab/model/cell-claims.ts";
import { LAYER2_TRAFFIC, MODES, type Party, PLACEMENTS, type Placement } from "../../lab/model/vocabulary.ts";

const ALL = cellsOf({ placements: PLACEMENTS, reflectiveRelay: [false, true], traffic: LAYER2_TRAFFIC, modes: MODES });

describe("cells of the whole grid", () => {
  test("are 2840, no two alike", () => {
    expect(ALL).toHaveLength(2840);
    expect(new Set(ALL.map(cellName)).size).toBe(2840);
  });

  test.each<[Placement, number]>([
    ["same-lower", 120],
    ["two-lowers", 120],
    ["endpoint-to-lower-host", 10],
    ["lower-host-to-endpoint", 12],
    ["endpoint-to-external", 10],
    ["external-to-endpoint", 12],
  ])("%s: %i pairs", (placement, pairs) => {
    expect(ALL.filter((cell) => cell.placement === placement)).toHaveLength(pairs * 10);
  });

  test("hosts carry no mode, and only source destinations a list", () => {
    for (const { source, destination } of ALL) {
      expect(source).not.toHaveProperty("sourceList");
      expect(destination.sourceList !== undefined).toBe(destination.mode === "source");
      for (const party of [source, destination]) expect(party.mode === undefined).toBe(party.kind.endsWith("-host"));
    }
  });
});

test("axes narrow the cells", () => {
  const cells = cellsOf({
    placements: ["same-lower", "endpoint-to-external"],
    reflectiveRelay: [true],
    traffic: ["unicast"],
    modes: ["vepa", "passthru"],
  });
  expect(cells).toHaveLength(4 * 4 + 4);
  expect(cells.filter(excludesEachOther)).toHaveLength(12);
});

const vepa: Party = { kind: "macvlan", mode: "vepa" };
const bridge: Party = { kind: "macvlan", mode: "bridge" };
const guarded: Party = { kind: "macvlan", mode: "private" };
const passthru: Party = { kind: "macvlan", mode: "passthru" };
const tap: Party = { kind: "macvtap", mode: "vepa" };
const lower: Party = { kind: "lower-host" };
const cell = (placement: Placement, source: Party, destination: Party, traffic: Cell["traffic"] = "unicast"): Cell => ({
  placement,
  reflectiveRelay: true,
  traffic,
  source,
  destination,
});

test.each<[string, Cell, string[]]>([
  ["vepa siblings", cell("same-lower", vepa, vepa), ["M3", "M4"]],
  ["bridge siblings", cell("same-lower", bridge, bridge), ["M7", "M9"]],
  ["vepa to a bridge sibling", cell("same-lower", vepa, bridge), ["M3", "M12"]],
  ["bridge to a private sibling", cell("same-lower", bridge, guarded), ["M9", "M10", "M11", "M12"]],
  ["private siblings", cell("same-lower", guarded, guarded), ["M10"]],
  ["passthru beside vepa", cell("same-lower", passthru, vepa), ["M14"]],
  ["passthru and vepa on two lower devices", cell("two-lowers", passthru, vepa), ["M15"]],
  ["vepa on two lower devices", cell("two-lowers", vepa, vepa), []],
  ["an unknown address", cell("two-lowers", vepa, vepa, "unknown-unicast"), ["M17"]],
  ["an endpoint and its host", cell("endpoint-to-lower-host", bridge, lower), ["H1"]],
  ["a macvtap and its host", cell("lower-host-to-endpoint", lower, tap), ["H1", "T1", "T9"]],
  ["a macvtap and the external host", cell("endpoint-to-external", tap, { kind: "external-host" }), ["T1"]],
])("claims of %s", (_title, asked, claims) => {
  expect(claimsOf(asked)).toEqual(claims);
});

test("every claim has a cell", () => {
  // Only a conversation crosses a router, and only containers are an engine's.
  expect([...new Set([...ALL.flatMap(claimsOf), "C1", "M6"])].sort()).toEqual([...CELL_CLAIMS].sort());
});
