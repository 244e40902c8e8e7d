/** Nothing that deviates is lost, and what deviates in one way is one entry. */
import { expect, test } from "vitest";
import type { CellResult } from "../../lab/model/results.ts";
import { MODES } from "../../lab/model/vocabulary.ts";
import { deviations, framesText, LISTED } from "../../reports/deviations.ts";
import { renderMarkdown } from "../../reports/markdown.ts";
import { renderTerminal } from "../../reports/terminal.ts";
import { makeResults, OLD, SAMPLE, sampleCell, sampleCheck } from "./sample.ts";

const cells = (parts: Partial<CellResult>, copies = 0) =>
  MODES.map((mode) => {
    const party = { kind: "macvlan", mode } as const;
    const axes = { placement: "two-lowers", reflectiveRelay: true, traffic: "unicast" } as const;
    return sampleCell(OLD, { ...axes, source: party, destination: party }, { copies }, parts);
  });

test("every deviating cell and check is in some entry", () => {
  const wrong = [...SAMPLE.cells, ...SAMPLE.checks].filter((item) =>
    ["mismatch", "inconclusive"].includes(item.verdict),
  );
  const counted = deviations(SAMPLE).reduce((sum, deviation) => sum + deviation.count, 0);
  expect(counted).toBe(wrong.length);
  expect(wrong.length).toBeGreaterThan(4);
});

test("mismatches come first", () => {
  const verdicts = deviations(SAMPLE).map((deviation) => deviation.verdict);
  expect(verdicts).toEqual([...verdicts].sort().reverse());
});

test("cells lost for one reason are one entry, whatever was expected of them", () => {
  const lost = { verdict: "inconclusive", reason: "the kernel crashed" } as const;
  const [entry, ...others] = deviations(makeResults({ cells: [...cells(lost, 0), ...cells(lost, 1)] }));
  expect(entry).toMatchObject({ count: 10, reason: "the kernel crashed" });
  expect(others).toEqual([]);
});

test("mismatches that saw something else are entries of their own", () => {
  const wrong = { verdict: "mismatch", reason: "not as predicted" } as const;
  expect(deviations(makeResults({ cells: [...cells(wrong, 0), ...cells(wrong, 2)] }))).toHaveLength(2);
});

test("what is over the limit is counted", () => {
  const checks = Array.from({ length: LISTED + 3 }, (_, index) =>
    sampleCheck(OLD, `c${index}`, { verdict: "mismatch" }),
  );
  const results = makeResults({ checks });
  expect(renderTerminal(results, { columns: 80, colour: false })).toContain("3 more in results.json");
  expect(renderMarkdown(results)).toContain("3 more in [results.json](results.json)");
});

test("frames are named as Wireshark counts them", () => {
  const evidence = { capture: "captures/a.pcapng", interface: "lower0", frames: [12, 13], control: [40] };
  expect(framesText(evidence)).toBe("interface lower0, frames 12, 13, control frame 40");
  expect(framesText({ ...evidence, frames: [], control: [] })).toBe("interface lower0");
});
