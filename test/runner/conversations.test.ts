/** What the runner makes of conversations when a kernel crashes: units to ask again, and cells that are lost. */
import { describe, expect, test } from "vitest";
import { type Conversation, conversationsOf } from "../../lab/model/cell.ts";
import type { ConversationAxes } from "../../lab/model/scenario.ts";
import { lostCells } from "../../lab/runner/lost.ts";
import { selectionsOf, workOf } from "../../lab/runner/unit.ts";
import { conversations } from "../../scenarios/conversations.ts";
import { pairings } from "../../scenarios/pairings.ts";

const cells = conversationsOf(conversations.conversations as ConversationAxes);
const selection = { scenario: "conversations", cells, checks: [] };
const units = workOf([selection]);

describe("units", () => {
  test("are all that two say to each other in one state of the relay", () => {
    expect(units.flatMap((unit) => unit.cells)).toHaveLength(cells.length);
    expect(new Set(units.flatMap((unit) => unit.cells))).toEqual(new Set(cells));
    expect(new Set(units.map(({ id }) => id)).size).toBe(units.length);
    const unit = units.find(({ id }) => id.endsWith(" same-lower relay-on macvlan/vepa>macvtap/source+other"));
    expect(unit?.family).toBe("conversations");
    expect(unit?.traits).toMatchObject({
      ...{ placement: "same-lower", "reflective relay": "on", sender: "macvlan/vepa" },
      ...{
        receiver: "macvtap/source+other",
        "has macvtap/source": expect.anything(),
        "has macvlan/vepa": expect.anything(),
      },
    });
    const talks = unit?.cells.map((cell) => cell as Conversation) ?? [];
    expect(talks.length).toBeGreaterThan(15);
    expect(talks.some(({ route }) => route === "router") && talks.some(({ neighbours }) => neighbours)).toBe(true);
  });

  test("come between the frames' and the checks', and keep their order when some are asked again", () => {
    const frames = { scenario: "pairings", cells: [], checks: pairings.checks ?? [] };
    const families = workOf([frames, selection]).map(({ family }) => family);
    expect([...new Set(families)]).toEqual(frames.checks.length > 0 ? ["conversations", "checks"] : ["conversations"]);
    const [one, other] = [units[7], units[3]];
    if (!one || !other) throw new Error("too few units");
    const [again] = selectionsOf([one, other], [selection]);
    const wanted = new Set([...one.cells, ...other.cells]);
    expect(again?.cells).toEqual(cells.filter((cell) => wanted.has(cell)));
  });
});

test("a lost conversation keeps its question and what was expected, and says why it has no answer", () => {
  const cell = cells.find(({ traffic, route }) => traffic === "tcp" && route) as Conversation;
  const [lost] = lostCells(
    { scenario: "conversations", kernel: "k", version: [6, 1, 192], cells: [cell] },
    () => "gone",
  );
  expect(lost).toMatchObject({ ...cell, verdict: "inconclusive", reason: "gone", observed: {}, evidence: [] });
  expect(lost?.expected).toMatchObject({
    by: "oracle",
    outcome: expect.any(String),
    rule: expect.stringContaining(": "),
  });
  expect(lost?.id).toContain(" tcp by-router ");
});
