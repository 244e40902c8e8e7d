/** Of a cell asked again for its trace, what was made of it then is kept: it may not have been told. */
import { expect, test } from "vitest";
import type { Trace } from "../../lab/model/results.ts";
import { withTrace } from "../../lab/runner/retrace.ts";
import { storyOf } from "../../reports/story.ts";
import { OLD, sampleCell } from "../reports/sample.ts";

const ENDS = { source: { kind: "macvlan", mode: "vepa" }, destination: { kind: "macvlan", mode: "bridge" } } as const;
const ASKED = { placement: "two-lowers", reflectiveRelay: false, traffic: "unicast", ...ENDS } as const;
const TRACE: Trace = {
  alone: true,
  hops: [{ function: "macvlan_handle_frame", device: "low", at: 0, returned: "another" }],
  lower: "low",
  down: [],
  drops: {},
  lacking: [],
  lost: 0,
};
const seen = { copies: 0, echo: 0, wire: 1 };

test("a doubtful asking stays doubtful", () => {
  const doubt = { verdict: "inconclusive", reason: "the capture dropped 30 frames", trace: TRACE } as const;
  const cell = withTrace(sampleCell(OLD, ASKED, seen, { verdict: "mismatch" }), sampleCell(OLD, ASKED, seen, doubt));
  expect(cell).toMatchObject({ verdict: "mismatch", trace: { verdict: "inconclusive", reason: doubt.reason } });
  const { fate, traced } = storyOf(cell);
  expect(fate).toBe("unknown");
  expect(traced?.of).toContain("could not be told: the capture dropped 30 frames");
});

test("without a trace it is as it was", () => {
  const cell = sampleCell(OLD, ASKED, seen, { verdict: "mismatch" });
  expect(withTrace(cell, sampleCell(OLD, ASKED, seen))).toBe(cell);
  expect(withTrace(cell, undefined)).toBe(cell);
});
