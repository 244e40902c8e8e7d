/** The delivery tables, typed by hand from the reading of the source: rows send, columns receive. */
import { describe, expect, test } from "vitest";
import { cellName } from "../../lab/model/cell.ts";
import type { Traffic } from "../../lab/model/vocabulary.ts";
import { predictCell } from "../../lab/oracle/predict-cell.ts";
import { ALL_CELLS, GENERATIONS, NEW, OLD, party, shorthand, tableOf } from "./cells.ts";

const MODES_OF = "P V B S+ S-";
const SIBLINGS: readonly (readonly [Traffic, boolean, typeof GENERATIONS, readonly string[]])[] = [
  ["unicast", false, GENERATIONS, ["P . . . . .", "V . . . . .", "B . . h . .", "S . . . . ."]],
  ["unicast", true, GENERATIONS, ["P h h h h .", "V h h h h .", "B h h h h .", "S h h h h ."]],
  ["broadcast", false, GENERATIONS, ["P . . . . .", "V . . . . .", "B . . b . .", "S . . . . ."]],
  ["broadcast", true, OLD, ["P . . . b .", "V . b b b .", "B . b b b .", "S . . . b ."]],
  ["broadcast", true, NEW, ["P . . . b .", "V . b b b .", "B . b 2b b .", "S . . . b ."]],
  ["multicast-joined", false, GENERATIONS, ["P . . . . .", "V . . . . .", "B . . m . .", "S . . . . ."]],
  ["multicast-joined", true, OLD, ["P . . . m .", "V . m m m .", "B . m m m .", "S . . . m ."]],
  ["multicast-joined", true, NEW, ["P . . . m .", "V . m m m .", "B . m 2m m .", "S . . . m ."]],
  ["multicast-not-joined", false, GENERATIONS, ["P . . . . .", "V . . . . .", "B . . . . .", "S . . . . ."]],
  ["multicast-not-joined", true, GENERATIONS, ["P . . . m .", "V . . . m .", "B . . . m .", "S . . . m ."]],
  ["unknown-unicast", false, GENERATIONS, ["P . . . . .", "V . . . . .", "B . . . . .", "S . . . . ."]],
  ["unknown-unicast", true, GENERATIONS, ["P . . . o .", "V . . . o .", "B . . . o .", "S . . . o ."]],
];

describe("same-lower", () => {
  test.each(SIBLINGS)("%s, relay %s", (traffic, reflectiveRelay, kernels, table) => {
    for (const kernel of kernels)
      expect(tableOf({ placement: "same-lower", traffic, reflectiveRelay }, "P V B S", MODES_OF, kernel)).toEqual(
        table,
      );
  });

  test("a passthru endpoint beside another is refused, whichever comes first", () => {
    const cells = ALL_CELLS.filter(({ placement }) => placement === "same-lower");
    for (const cell of cells) {
      const excluded = cell.source.mode === "passthru" || cell.destination.mode === "passthru";
      for (const kernel of GENERATIONS) expect("error" in predictCell(cell, kernel), cellName(cell)).toBe(excluded);
    }
    expect(shorthand(predictCell({ ...sibling, source: party("T"), destination: party("B") }, [6, 1, 0]))).toBe(
      "EINVAL",
    );
    expect(shorthand(predictCell({ ...sibling, source: party("B"), destination: party("T") }, [6, 1, 0]))).toBe(
      "EINVAL",
    );
  });
});

const sibling = { placement: "same-lower", traffic: "unicast", reflectiveRelay: true } as const;
const RELAY = [false, true];
const RECEIVERS = "P V B T S+ S-";
const FROM_ELSEWHERE: readonly (readonly [Traffic, string])[] = [
  ["unicast", "h h h h h ."],
  ["broadcast", "b b b b b ."],
  ["multicast-joined", "m m m m m ."],
  ["multicast-not-joined", ". . . . m ."],
  ["unknown-unicast", ". . . h o ."],
];

describe("from another lower device, from the external host", () => {
  test.each(FROM_ELSEWHERE)("%s", (traffic, received) => {
    for (const kernel of GENERATIONS)
      for (const reflectiveRelay of RELAY) {
        const across = { placement: "two-lowers", traffic, reflectiveRelay } as const;
        const table = ["P", "V", "B", "S", "T"].map((sender) => `${sender} ${received}`);
        expect(tableOf(across, "P V B S T", RECEIVERS, kernel)).toEqual(table);
        const inwards = { placement: "external-to-endpoint", traffic, reflectiveRelay } as const;
        expect(tableOf(inwards, "external", RECEIVERS, kernel)).toEqual([`external ${received}`]);
      }
  });
});

const TO_LOWER_HOST: readonly (readonly [Traffic, string])[] = [
  ["unicast", "h h h h ."],
  ["broadcast", ". b b . ."],
  ["multicast-joined", ". m m . ."],
  ["multicast-not-joined", ". m m . ."],
  ["unknown-unicast", ". . . . ."],
];
const FROM_LOWER_HOST: readonly (readonly [Traffic, string])[] = [
  ["unicast", "h h h h h ."],
  ["broadcast", "b b b b b ."],
  ["multicast-joined", "m m m m m ."],
  ["multicast-not-joined", ". . . m m ."],
  ["unknown-unicast", ". . . h o ."],
];

describe("the lower device's own host", () => {
  test.each(TO_LOWER_HOST)("%s to it from P V B S T", (traffic, received) => {
    for (const kernel of GENERATIONS) {
      const question = { placement: "endpoint-to-lower-host", traffic } as const;
      const column = (reflectiveRelay: boolean) =>
        tableOf({ ...question, reflectiveRelay }, "P V B S T", "lower", kernel).map((row) => row.split(" ")[1]);
      expect(column(true).join(" ")).toBe(received);
      expect(column(false).join(" ")).toBe(". . . . .");
    }
  });

  test.each(FROM_LOWER_HOST)("%s from it to P V B T S+ S-", (traffic, received) => {
    for (const kernel of GENERATIONS) {
      const question = { placement: "lower-host-to-endpoint", traffic } as const;
      const row = (reflectiveRelay: boolean) => tableOf({ ...question, reflectiveRelay }, "lower", RECEIVERS, kernel);
      expect(row(true)).toEqual([`lower ${received}`]);
      expect(row(false)).toEqual(["lower . . . . . ."]);
    }
  });
});

const TO_EXTERNAL: readonly (readonly [Traffic, string])[] = [
  ["unicast", "h"],
  ["broadcast", "b"],
  ["multicast-joined", "m"],
  ["multicast-not-joined", "m"],
  ["unknown-unicast", "."],
];

test.each(TO_EXTERNAL)("to the external host, %s", (traffic, received) => {
  for (const kernel of GENERATIONS)
    for (const reflectiveRelay of RELAY) {
      const question = { placement: "endpoint-to-external", traffic, reflectiveRelay } as const;
      const table = ["P", "V", "B", "S", "T"].map((sender) => `${sender} ${received}`);
      expect(tableOf(question, "P V B S T", "external", kernel)).toEqual(table);
    }
});

/** Traffic: unicast, broadcast, multicast-joined, multicast-not-joined, unknown-unicast. */
const ECHOES: readonly (readonly [string, typeof GENERATIONS, string])[] = [
  ["private", GENERATIONS, "0 1 1 1 0"],
  ["source", GENERATIONS, "0 1 1 1 0"],
  ["vepa", GENERATIONS, "0 0 0 0 0"],
  ["bridge", OLD, "0 0 0 0 0"],
  ["bridge", NEW, "0 1 1 0 0"],
  ["passthru", GENERATIONS, "0 1 1 1 1"],
];
const TRAFFIC_COLUMNS: readonly Traffic[] = [
  "unicast",
  "broadcast",
  "multicast-joined",
  "multicast-not-joined",
  "unknown-unicast",
];

describe("echo", () => {
  test.each(ECHOES)("%s sender, relay on", (mode, kernels, row) => {
    const cells = ALL_CELLS.filter((cell) => cell.source.mode === mode && cell.reflectiveRelay);
    for (const kernel of kernels)
      for (const cell of cells) {
        const prediction = predictCell(cell, kernel);
        if ("error" in prediction) continue;
        const toItself =
          mode === "passthru" && cell.placement === "endpoint-to-lower-host" && cell.traffic === "unicast";
        const expected = toItself ? 1 : Number(row.split(" ")[TRAFFIC_COLUMNS.indexOf(cell.traffic)]);
        expect(prediction.echo, cellName(cell)).toBe(expected);
      }
  });

  test("of the lower host: its group frames, unless a passthru endpoint takes them", () => {
    const cells = ALL_CELLS.filter((cell) => cell.source.kind === "lower-host");
    for (const cell of cells) {
      const group = !cell.traffic.includes("unicast");
      const expected = cell.reflectiveRelay && group && cell.destination.mode !== "passthru" ? 1 : 0;
      expect(predictCell(cell, [6, 1, 192]), cellName(cell)).toMatchObject({ echo: expected });
    }
  });

  test("none without relay, none of the external host", () => {
    const cells = ALL_CELLS.filter((cell) => !cell.reflectiveRelay || cell.source.kind === "external-host");
    for (const kernel of GENERATIONS)
      for (const cell of cells) {
        const prediction = predictCell(cell, kernel);
        if (!("error" in prediction)) expect(prediction.echo, cellName(cell)).toBe(0);
      }
  });
});

test("every frame leaves once, but unicast between bridge siblings", () => {
  for (const cell of ALL_CELLS) {
    const prediction = predictCell(cell, [7, 3, 4]);
    if ("error" in prediction) continue;
    const bridges = cell.source.mode === "bridge" && cell.destination.mode === "bridge";
    const stays = cell.placement === "same-lower" && cell.traffic === "unicast" && bridges;
    expect(prediction.wire, cellName(cell)).toBe(stays ? 0 : 1);
  }
});

test("kinds make no difference but that a macvtap's reader sees no packet type", () => {
  for (const cell of ALL_CELLS) {
    const macvlans = {
      ...cell,
      source: cell.source.mode ? { ...cell.source, kind: "macvlan" as const } : cell.source,
      destination: cell.destination.mode ? { ...cell.destination, kind: "macvlan" as const } : cell.destination,
    };
    const [one, other] = [predictCell(cell, [7, 2, 12]), predictCell(macvlans, [7, 2, 12])];
    const as = cell.destination.kind === "macvtap" ? { as: [] } : {};
    expect({ ...one, rule: "" }, cellName(cell)).toEqual({ ...other, rule: "", ...("as" in one ? as : {}) });
  }
});

test("a prediction says which decisions it rests on", () => {
  const cell = { ...sibling, reflectiveRelay: false, source: party("V"), destination: party("V") };
  const prediction = predictCell(cell, [6, 1, 192]);
  expect(prediction.rule.split("; ").map((sentence) => sentence.split(": ")[0])).toEqual([
    "macvlan_queue_xmit",
    "br_handle_frame_finish",
    "should_deliver",
  ]);
});
