/** The claims ledger. After a wanted change: `npx vitest run test/reports --update`, then read the golden files' diff. */
import { describe, expect, test } from "vitest";
import type { AnyCell } from "../../lab/model/cell.ts";
import type { CellPart, CheckPart, Claim, ClaimPart, CountPart } from "../../lab/model/claim.ts";
import type { CellResult } from "../../lab/model/results.ts";
import type { Outcome } from "../../lab/model/vocabulary.ts";
import { foldClaims } from "../../reports/claims.ts";
import { isMeant } from "../../reports/claims-checks.ts";
import { foundText } from "../../reports/claims-finding.ts";
import { answersOf, findPart } from "../../reports/claims-part.ts";
import { judgeClaim } from "../../reports/claims-verdict.ts";
import { foldTexts } from "../../reports/folded-texts.ts";
import { renderJsonClaims } from "../../reports/json-claims.ts";
import { renderMarkdownClaims } from "../../reports/markdown-claims.ts";
import { renderTerminalClaims } from "../../reports/terminal-claims.ts";
import { FIRST, SECOND, THIRD, THREE } from "./generations.ts";
import { makeResults, sampleCell, sampleCheck, sampleKernel } from "./sample.ts";

const KERNEL = "debian:trixie/cloud";
const BRIDGES: Pick<AnyCell, "source" | "destination"> = {
  source: { kind: "macvlan", mode: "bridge" },
  destination: { kind: "macvlan", mode: "bridge" },
};

function frame(relay: boolean, observed: CellResult["observed"], parts: Partial<CellResult> = {}): CellResult {
  const cell = { placement: "same-lower", reflectiveRelay: relay, traffic: "unicast", ...BRIDGES } as const;
  return sampleCell(KERNEL, cell, observed, parts);
}

function talk(outcome: Outcome, parts: Partial<CellResult> = {}): CellResult {
  return frame(false, { outcome }, { scenario: "conversations", traffic: "icmp", ...parts });
}

const found = (part: ClaimPart, cells: readonly CellResult[], checks = [sampleCheck(KERNEL, "default-mode")]) => {
  const finding = findPart(part, answersOf(makeResults({ cells: [...cells], checks }), KERNEL));
  return [finding.state, foundText(finding)];
};

const reach: CellPart = {
  says: "bridge siblings reach each other",
  cells: [{ traffic: ["unicast"], placements: ["same-lower"] }],
  seen: { reached: true },
};
const LOST = { copies: 0, wire: 1 };
const DIRECT = { copies: 1, wire: 0 };

describe("a part", () => {
  const unclear = { verdict: "inconclusive", reason: "3 frames were dropped" } as const;
  const refusal = { error: "EINVAL" };

  test.each<[string, CellResult[], string, string]>([
    ["every cell bears it out", [frame(false, DIRECT), frame(true, DIRECT)], "holds", ""],
    [
      "one does not",
      [frame(false, LOST), frame(true, DIRECT)],
      "mixed",
      "not reached (relay off: macvlan bridge -> macvlan bridge)",
    ],
    ["none does", [frame(false, LOST), frame(true, LOST)], "fails", "not reached (macvlan bridge -> macvlan bridge)"],
    [
      "one could not be told",
      [frame(false, DIRECT), frame(true, {}, unclear)],
      "holds",
      "1 of 2 could not be told (3 frames were dropped)",
    ],
    ["none could be told", [frame(false, {}, unclear)], "untold", "3 frames were dropped"],
    ["all are refused", [frame(false, refusal)], "refused", "the kernel refuses it: EINVAL"],
    ["one is refused", [frame(false, DIRECT), frame(true, refusal)], "holds", "1 of them the kernel refuses"],
    ["nothing was asked", [talk("answered")], "unasked", "not in this run: macvlab run pairings asks it"],
  ])("when %s", (_, cells, state, text) => {
    expect(found(reach, cells)).toEqual([state, text]);
  });

  test("judges by what was observed, not by what was expected", () => {
    const surprise = frame(false, DIRECT, { verdict: "mismatch", expected: { copies: 0, by: "oracle", rule: "" } });
    const expected = frame(false, LOST, { expected: { copies: 1, by: "oracle", rule: "" } });
    expect([found(reach, [surprise])[0], found(reach, [expected])[0]]).toEqual(["holds", "fails"]);
  });

  test("about a refusal is borne out by that error alone", () => {
    const part: CellPart = { ...reach, seen: { error: "EINVAL" } };
    expect(found(part, [frame(false, refusal)])).toEqual(["holds", ""]);
    expect(found(part, [frame(false, { error: "EBUSY" })])[1]).toMatch(/^refused: EBUSY/);
    expect(found(part, [frame(false, DIRECT)])[1]).toMatch(/^not refused/);
  });

  test.each<[Outcome, CellResult["traffic"], string]>([
    ["answered", "icmp", "holds"],
    ["heard", "icmp", "fails"],
    ["heard", "igmp", "holds"],
    ["unheard", "tcp", "fails"],
    ["unresolved", "udp", "fails"],
  ])("about a conversation that was %s (%s): %s", (outcome, traffic, state) => {
    const part: CellPart = { ...reach, cells: [{ traffic: ["icmp", "igmp", "tcp", "udp"] }] };
    expect(found(part, [talk(outcome, { traffic })])[0]).toBe(state);
  });

  test("tells static neighbours and the router from what they are not", () => {
    const cells = [talk("answered"), talk("heard", { neighbours: "static" }), talk("unheard", { route: "router" })];
    const how = (more: object) => found({ ...reach, cells: [{ traffic: ["icmp"], ...more }] }, cells)[0];
    expect([how({ neighbours: "asked", route: "direct" }), how({ neighbours: "static" }), how({})]).toEqual([
      "holds",
      "fails",
      "mixed",
    ]);
    expect(how({ route: "router" })).toBe("fails");
  });
});

describe("a part about checks", () => {
  const part: CheckPart = { says: "it is vepa", checks: ["basics default-mode", "basics mode-change"], seen: "vepa" };
  const all = [sampleCheck(KERNEL, "default-mode"), sampleCheck(KERNEL, "mode-change")];

  test("holds when each has the value", () => {
    expect(found(part, [], all)).toEqual(["holds", ""]);
    expect(found({ ...part, seen: ["bridge", "vepa"] }, [], all)).toEqual(["holds", ""]);
  });

  test("says what was observed instead", () => {
    const other = sampleCheck(KERNEL, "mode-change", { observed: "bridge" });
    expect(found(part, [], [all[0] as never, other])).toEqual(["mixed", "bridge (what mode-change is about)"]);
  });

  test("says what is missing, and which slow scenario has it", () => {
    expect(found(part, [], all.slice(0, 1))).toEqual(["holds", "1 check of it not in this run"]);
    expect(found({ ...part, checks: ["throughput a"] }, [])[1]).toContain("macvlab run throughput");
    expect(found({ ...part, checks: ["throughput a"], slow: true }, [])[1]).toBe(
      "measured by the slow scenario throughput: not in this run",
    );
  });
});

test.each<[string[], string[]]>([
  [["a vepa endpoint"], ["a vepa endpoint"]],
  [["a vepa endpoint", "a bridge endpoint"], ["a vepa or bridge endpoint"]],
  [
    ["a vepa tap is up", "a private tap is up", "a bridge tap is up", "it is down"],
    ["a vepa, private or bridge tap is up", "it is down"],
  ],
  [["ignore 0, filter 1", "ignore 1, filter 1"], ["ignore 0 or 1, filter 1"]],
  [
    ["one a x", "one b x", "one a y", "one b y", "one c y"],
    ["one a or b x or y", "one c y"],
  ],
])("%j is said as %j", (texts, folded) => {
  expect(foldTexts(texts)).toEqual(folded);
});

describe("a part about counts in checks", () => {
  const observed = "first>external: wire=1 external=1; external>first 8 of one flow: first=0 lower-host=1";
  const check = (parts: object = {}) => sampleCheck(KERNEL, "two-ways", { observed, ...parts });
  const part = (...shows: CountPart["shows"]): CountPart => ({ says: "it is so", checks: ["basics two-*"], shows });

  test.each<[CountPart["shows"], string, string]>([
    [[{ frame: "first>external", count: "wire=1" }], "holds", ""],
    [[{ frame: "external>first", count: "first=0" }], "holds", ""],
    [[{ frame: "external>first", count: "first=1" }], "fails", "external>first: first=0"],
    [[{ frame: "external>first", count: "second=1" }], "fails", "external>first: no second"],
    [[{ frame: "second>first", count: "first=0" }], "fails", "second>first: no first"],
  ])("%j: %s", (shows, state, text) => {
    expect(found(part(...shows), [], [check()])).toEqual([state, text]);
  });

  test("reads counts without a name, and leaves refusals out", () => {
    const bare = check({ observed: "air=none delivered=0" });
    expect(found(part({ count: "delivered=0" }), [], [bare])[0]).toBe("holds");
    const outcome = check({ observed: "first>second: answered; second>first: unheard" });
    const talk = (frame: string) => found(part({ frame, count: "answered" }), [], [outcome]);
    expect([talk("first>second"), talk("second>first")]).toEqual([
      ["holds", ""],
      ["fails", "second>first: unheard"],
    ]);
    const refused = check({ observed: "", verdict: "unsupported", reason: "no radios" });
    expect(found(part({ count: "delivered=0" }), [], [refused])).toEqual([
      "refused",
      "the kernel refuses it: no radios",
    ]);
  });
});

test.each<[string, string, boolean]>([
  ["ledger relay-on-by-ip", "ledger relay-on-by-*", true],
  ["ledger relay-off-by-ip", "ledger relay-on-by-*", false],
  ["ledger host-vepa-guest-vepa-with-relay", "ledger host-*-guest-*-with-relay", true],
  ["ledger host-vepa-guest-vepa-without-relay", "ledger host-*-guest-*-with-relay", false],
  ["ledger ab", "ledger ab*b", false],
  ["ledger default", "ledger default", true],
])("%s is meant by %s: %s", (own, name, expected) => {
  expect(isMeant(own, name)).toBe(expected);
});

test("kinds are alike where no cell differs from its like of another kind", () => {
  const part = { says: "alike", cells: [{ traffic: ["unicast"] }], alike: "kinds" } as const;
  const tap = { destination: { kind: "macvtap", mode: "bridge" } } as const;
  const same = [frame(false, { ...DIRECT, echo: 0 }), frame(false, { ...DIRECT, echo: 0 }, tap)];
  expect(found(part, same)).toEqual(["holds", ""]);
  expect(found(part, [frame(false, { ...DIRECT, echo: 0 }), frame(false, { ...LOST, echo: 0 }, tap)])[0]).toBe("fails");
  expect(found(part, same.slice(0, 1))[0]).toBe("untold");
});

describe("a verdict", () => {
  const fails: CellPart = { ...reach, says: "the frames stay off the wire", seen: { wire: "some" } };
  const word = (...parts: ClaimPart[]) => {
    const claim: Claim = { id: "X1", text: "", parts };
    return judgeClaim(claim, answersOf(makeResults({ cells: [frame(false, DIRECT)] }), KERNEL)).sentence;
  };
  const unasked: CellPart = { ...reach, says: "pings are answered", cells: [{ traffic: ["icmp"] }] };

  test.each<[string, ClaimPart[], RegExp]>([
    ["all its parts hold", [reach], /^holds$/],
    ["none holds", [fails], /^does not hold: not on the wire \(/],
    ["some hold", [reach, fails], /^holds in part: not true that the frames stay off the wire: not on the wire \(/],
    [
      "some were not asked",
      [reach, unasked],
      /^holds as far as it was asked; not told: pings are answered \(not in this run: macvlab run conversations asks it\)$/,
    ],
    ["nothing was asked", [unasked], /^not in this run: macvlab run conversations asks it$/],
    ["nothing asks it yet", [{ says: "so is a guest", lacks: "a guest" }], /^it takes a guest$/],
    ["it is a question", [{ asks: "who reaches whom", cells: reach.cells }], /^answered$/],
  ])("when %s", (_, parts, sentence) => {
    expect(word(...parts)).toMatch(sentence);
  });
});

describe("the answer to a question", () => {
  const part: ClaimPart = { asks: "who reaches whom", cells: [{ traffic: ["unicast"] }] };
  const claims = (...parts: ClaimPart[]): Claim[] => [{ id: "X1", text: "", parts }];
  const kernels = [sampleKernel(KERNEL, "6.12.48")];

  test.each<[boolean, boolean, string]>([
    [true, true, "with and without reflective relay"],
    [true, false, "without reflective relay only"],
    [false, true, "with reflective relay only"],
    [false, false, "never"],
  ])("off %s, on %s: %s", (off, on, outcome) => {
    const cells = [frame(false, off ? DIRECT : LOST), frame(true, on ? DIRECT : LOST)];
    const [entry] = foldClaims(makeResults({ kernels, cells }), claims(part)).entries;
    const lines = [{ outcome, where: ["macvlan bridge -> macvlan bridge"] }];
    expect(entry?.answers).toEqual([{ question: "who reaches whom?", of: "pairs", lines }]);
    expect(entry?.verdict).toBe("answered");
  });

  test("by checks is what each observed, by range of kernels where they differ, and splits no verdict", () => {
    const three = [sampleKernel("a", "6.1.1"), sampleKernel("b", "6.12.3"), sampleKernel("c", "7.2.1")];
    const checks = three.flatMap(({ id }) => [
      sampleCheck(id, "queue", { observed: id === "c" ? "500" : "1000" }),
      sampleCheck(id, "mode-of-macvlan", { text: "the mode of a macvlan" }),
      sampleCheck(id, "mode-of-macvtap", { text: "the mode of a macvtap" }),
    ]);
    const asks: ClaimPart = { asks: "what there is", checks: ["basics queue", "basics mode-*"] };
    const says: ClaimPart = { says: "it is vepa", checks: ["basics mode-*"], seen: "vepa" };
    const [entry] = foldClaims(makeResults({ kernels: three, checks }), claims(says, asks)).entries;
    expect(entry?.answers[0]?.lines).toEqual([
      { outcome: "what queue is about", where: ["1000 (6.12 and earlier), 500 (7.2 and later)"] },
      { outcome: "the mode of a macvlan or macvtap", where: ["vepa"] },
    ]);
    expect(entry?.ranges.map(({ name, value }) => `${name}: ${value.sentence}`)).toEqual(["6.1 to 7.2: holds"]);
  });
});

const LEDGER: readonly Claim[] = [
  {
    id: "X1",
    text: "Frames of a bridge endpoint come once.",
    parts: [
      {
        says: "a broadcast of a bridge endpoint comes once",
        cells: [{ traffic: ["broadcast"], from: { modes: ["bridge"] } }],
        seen: { copies: 1 },
      },
      { says: "a unicast frame comes once", cells: [{ traffic: ["unicast"] }], seen: { copies: 1 } },
      { says: "an answer comes once", cells: [{ traffic: ["icmp"] }], seen: { reached: true } },
    ],
  },
  {
    id: "X2",
    text: "Who reaches whom, and by which <frames>?",
    open: true,
    parts: [{ asks: "which frames arrive", cells: [{ traffic: ["unicast", "broadcast"] }] }],
  },
  { id: "X3", text: "It is fast.", parts: [{ asks: "how fast it is", checks: ["throughput x"], slow: true }] },
  { id: "X4", text: "A guest sees it too.", parts: [{ says: "it does", lacks: "a guest, which no scenario has yet" }] },
];

describe("golden files", () => {
  const ledger = foldClaims(THREE, LEDGER);
  test.each([80, 120])("%i columns", async (columns) => {
    const text = renderTerminalClaims(ledger, { columns, colour: false });
    await expect(text).toMatchFileSnapshot(`./golden/claims-${columns}.txt`);
    expect(text.split("\n").filter((line) => line.length > columns)).toEqual([]);
  });

  test("Markdown and JSON", async () => {
    await expect(renderMarkdownClaims(ledger)).toMatchFileSnapshot("./golden/claims.md");
    await expect(renderJsonClaims(ledger)).toMatchFileSnapshot("./golden/claims.json");
  });
});

test("kernels nobody asked are left out of the ranges, and named unless another of their generation was asked", () => {
  const asked = THREE.kernels.at(-1)?.version ?? "";
  const kernels = [
    ...THREE.kernels,
    sampleKernel("debian:a/generic", "9.9.1"),
    sampleKernel("debian:b/generic", asked),
  ];
  const [entry] = foldClaims({ ...THREE, kernels }, LEDGER).entries;
  expect(entry?.unasked).toEqual(["debian:a/generic"]);
});

test("the order results come in plays no part", () => {
  const text = (cells: readonly CellResult[]) => renderMarkdownClaims(foldClaims({ ...THREE, cells }, LEDGER));
  expect(text(THREE.cells.toReversed())).toBe(text(THREE.cells));
});

test("a kernel that could not tell is a range of its own, and no change", () => {
  const cells = THREE.cells.filter(({ kernel }) => kernel === FIRST);
  const again = cells.map((cell) => ({ ...cell, kernel: SECOND }));
  const unclear = { verdict: "inconclusive", reason: "the guest hung" } as const;
  const kernels = THREE.kernels.filter(({ id }) => id !== THIRD);
  const run = { ...THREE, kernels, cells: [...cells, { ...(again[0] as CellResult), ...unclear }, ...again.slice(1)] };
  const [entry] = foldClaims(run, LEDGER).entries;
  expect(entry?.ranges.map(({ changed }) => changed)).toEqual([undefined, undefined]);
  expect(entry?.verdict).toMatch(/6.12 and later: .*1 of 16 could not be told \(the guest hung\)/);
});
