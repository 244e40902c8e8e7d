/** How far tries came, and what is made of it. */
import { describe, expect, test } from "vitest";
import type { Conversation } from "../../lab/model/cell.ts";
import type { Expected } from "../../lab/model/results.ts";
import type { Try } from "../../lab/model/try.ts";
import type { Outcome, Talk } from "../../lab/model/vocabulary.ts";
import { type ConversationEvidence, judgeConversation, outcomeOf } from "../../lab/verdict/conversation.ts";

const bridge = { kind: "macvlan", mode: "bridge" } as const;
const CELL: Conversation = {
  ...{ placement: "same-lower", reflectiveRelay: false, traffic: "icmp" },
  ...{ source: bridge, destination: bridge },
};
const NOTHING = { asked: false, left: false, told: false, arrived: false, heard: false, answered: false };

/** All that went before shows; fences arrived at both ends. */
function tryOf(facts: Partial<Try>): Try {
  return {
    ...{ sent: 0, ...NOTHING, asked: true },
    source: { interface: "a", frames: [1], control: [8, 10] },
    destination: { interface: "b", frames: [2], control: [9] },
    ...facts,
  };
}
const TRIES: Readonly<Record<Outcome, Try>> = {
  unresolved: tryOf({}),
  unheard: tryOf({ left: true }),
  heard: tryOf({ left: true, arrived: true, heard: true }),
  answered: tryOf({ left: true, arrived: true, heard: true, answered: true }),
};
const OUTCOMES = Object.keys(TRIES) as Outcome[];

function judge(expected: Outcome, tries: readonly Try[], more: Partial<ConversationEvidence> = {}) {
  const prediction: Expected = { outcome: expected, by: "oracle", rule: "" };
  const rest = { captureDrops: 0, drops: [], overflows: 0, capture: "captures/x.pcapng" };
  return judgeConversation(prediction, { cell: CELL, tries, ...rest, ...more });
}

describe("the outcome of a try", () => {
  test.each(OUTCOMES)("%s", (outcome) => {
    expect(outcomeOf(CELL, TRIES[outcome])).toBe(outcome);
  });

  test.each([
    ["answered", tryOf({ told: true, left: true })],
    ["heard", tryOf({ told: true })],
    ["unheard", tryOf({})],
  ] as const)("of resolving: %s", (outcome, one) => {
    for (const traffic of ["arp", "nd"] as const) expect(outcomeOf({ traffic }, one)).toBe(outcome);
  });
});

describe("all tries alike", () => {
  const pairs = OUTCOMES.flatMap((expected) => OUTCOMES.map((observed) => [expected, observed] as const));
  test.each(pairs)("expected %s, observed %s", (expected, observed) => {
    const { verdict, observed: shown, reason } = judge(expected, [TRIES[observed], TRIES[observed], TRIES[observed]]);
    expect(verdict).toBe(expected === observed ? "match" : "mismatch");
    expect(shown).toEqual({ outcome: observed, tries: [observed, observed, observed] });
    expect(reason).toBe(expected === observed ? undefined : `expected ${expected}, observed ${observed}`);
  });
});

describe("tries that differ", () => {
  test("prove nothing, whatever the last one came to", () => {
    for (const expected of OUTCOMES)
      expect(judge(expected, [TRIES.heard, TRIES.unheard, TRIES.unheard])).toMatchObject({
        verdict: "inconclusive",
        reason: "its tries ended differently: heard, unheard, unheard",
      });
  });

  test("do, if it was answered in the end: a mismatch too", () => {
    const tries = [TRIES.unheard, TRIES.answered];
    expect(judge("answered", tries)).toMatchObject({ verdict: "match", observed: { tries: ["unheard", "answered"] } });
    expect(judge("unheard", tries).verdict).toBe("mismatch");
  });
});

describe("silence is no verdict", () => {
  const spoil = (facts: Partial<Try>, from: Outcome = "unheard") => [
    TRIES[from],
    { ...TRIES[from], ...facts },
    TRIES[from],
  ];
  const reasonOf = (tries: readonly Try[], more: Partial<ConversationEvidence> = {}) => {
    const { verdict, reason } = judge("unheard", tries, more);
    return verdict === "inconclusive" ? reason : verdict;
  };

  test("without a try", () => {
    expect(judge("unheard", [])).toMatchObject({ verdict: "inconclusive", reason: "it was never tried", observed: {} });
  });

  test.each([
    ["a try that was not made", { sent: undefined }, "a try was never made"],
    ["one the stack refused", { sent: 101 }, "the sender's stack refused a try with errno 101"],
    ["nothing leaving", { left: false, asked: false }, 'nothing was seen leaving "a"'],
    ["no fence at the source", { source: { interface: "a", frames: [], control: [] } }, 'no fence was seen at "a"'],
    ["no fence at the peer", { destination: { interface: "b", frames: [], control: [] } }, 'no fence was seen at "b"'],
    ["a frame its stack did not hear", { arrived: true }, 'it was seen coming to "b", whose stack did not hear it'],
  ])("with %s, in one of the tries", (_, facts, reason) => {
    expect(reasonOf(spoil(facts as Partial<Try>))).toContain(reason);
  });

  test("where addresses were told, a question is nothing that left", () => {
    const cell = { ...CELL, neighbours: "static" } as const;
    expect(reasonOf([TRIES.unresolved], { cell })).toBe('nothing was seen leaving "a"');
  });

  test("a lower device is seen to get what its endpoints take", () => {
    const cell = { ...CELL, destination: { kind: "lower-host" } } as const;
    const tries = Array.from({ length: 3 }, () => tryOf({ left: true, arrived: true }));
    expect(reasonOf(tries, { cell })).toBe("match");
  });

  test.each([
    ["the capture's drops", { captureDrops: 3 }, "the capture dropped 3 frames"],
    ["a device's", { drops: [{ interface: "x", frames: 2 }] }, '"x" dropped 2 frames while conversations were held'],
    ["a full table", { overflows: 1 }, "the kernel's table of neighbours was full 1 times"],
  ])("with %s; but what was answered was answered", (_, more, reason) => {
    expect(reasonOf([TRIES.unheard], more)).toBe(reason);
    expect(judge("answered", [TRIES.answered], more).verdict).toBe("match");
  });

  test("nor is an answer of somebody who heard nothing, but to the question itself", () => {
    const answered = tryOf({ left: true, answered: true });
    expect(judge("answered", [answered]).verdict).toBe("inconclusive");
    const cell = { ...CELL, traffic: "arp" as Talk };
    expect(judge("answered", [answered], { cell }).verdict).toBe("match");
  });
});

test("the evidence: frames of the last try at both ends, eight at most, and one fence", () => {
  const frames = Array.from({ length: 12 }, (_, index) => index + 1);
  const last = tryOf({ source: { interface: "a", frames, control: [20, 21] } });
  expect(judge("unresolved", [TRIES.unresolved, last]).evidence).toEqual([
    { capture: "captures/x.pcapng", interface: "a", frames: frames.slice(0, 8), control: [20] },
    { capture: "captures/x.pcapng", interface: "b", frames: [2], control: [9] },
  ]);
});

test("copies are told of the last try, and only where there are any", () => {
  const again = { ...TRIES.heard, duplicates: { heard: 1, answered: 0 } };
  expect(judge("heard", [again]).observed.duplicates).toEqual({ heard: 1, answered: 0 });
  expect(judge("heard", [again, TRIES.heard]).observed).not.toHaveProperty("duplicates");
});
