import { expect, test } from "vitest";
import type { Cell } from "../../lab/model/cell.ts";
import type { LowerKind } from "../../lab/model/vocabulary.ts";
import { predictCell } from "../../lab/oracle/predict-cell.ts";
import { RULES } from "../../lab/oracle/rules.ts";
import { party } from "./cells.ts";

function copies(lower: LowerKind, question: Pick<Cell, "placement" | "traffic">, from: string, to: string, crowd = 1) {
  const cell: Cell = { ...question, lower, reflectiveRelay: true, source: party(from), destination: party(to) };
  const predicted = predictCell(cell, [6, 1, 192], RULES, { source: crowd, destination: crowd });
  return "error" in predicted ? predicted.error : predicted.copies;
}

const TO_HOST = { placement: "endpoint-to-lower-host" } as const;
const TWO = { placement: "two-lowers" } as const;

test.each([
  ["veth", 1],
  ["vlan", 1],
  ["vmxnet3", 1],
  ["rtl8139", 1],
  ["e1000", 0],
  ["e1000e", 0],
  ["virtio-net", 0],
] as const)("a group nobody joined gets to the host of a %s: %i", (lower, expected) => {
  expect(copies(lower, { ...TO_HOST, traffic: "multicast-not-joined" }, "V", "lower")).toBe(expected);
});

test.each([
  ["e1000", 14, 0],
  ["e1000", 15, 1],
  ["virtio-net", 50, 0],
] as const)("a %s that was told %i addresses lets a strange one in: %i", (lower, crowd, expected) => {
  expect(copies(lower, { ...TWO, traffic: "unknown-unicast" }, "V", "S+", crowd)).toBe(expected);
});

test.each([
  ["dummy", "V", "V", 0],
  ["hwsim", "V", "V", 0],
  ["hwsim", "T", "T", 1],
  ["bridge", "V", "V", 1],
] as const)("over two of %s, %s to %s: %i", (lower, from, to, expected) => {
  expect(copies(lower, { ...TWO, traffic: "unicast" }, from, to)).toBe(expected);
});

test("a bridge keeps what is for its own address", () => {
  expect(copies("bridge", { ...TO_HOST, traffic: "unicast" }, "V", "lower")).toBe(0);
  expect(copies("veth", { ...TO_HOST, traffic: "unicast" }, "V", "lower")).toBe(1);
});
