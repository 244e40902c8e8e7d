/** The fate of a frame, from the receiver's side, and the hop it vanished at. */
import { expect, test } from "vitest";
import type { CellResult } from "../../lab/model/results.ts";
import { renderStory, storyOf } from "../../reports/story.ts";
import { OLD, sampleCell } from "./sample.ts";

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
];

test.each<[string, number, CellResult["observed"], Partial<CellResult>, string, RegExp]>([
  ["a copy is a delivery, whatever the last tap was", 5, { copies: 1 }, {}, "delivered", /1 at the destination/],
  ["seen at the sender alone", 1, { copies: 0 }, {}, "dropped at", /macvlan_queue_xmit/],
  ["left the lower device", 2, { copies: 0 }, {}, "dropped at", /cable between/],
  ["entered the switch, and came out nowhere", 3, { copies: 0 }, {}, "dropped at", /should_deliver/],
  ["came back to the lower device", 5, { copies: 0 }, {}, "filtered without a copy", /macvlan_handle_frame/],
  ["could not be told", 5, { copies: 0 }, { verdict: "inconclusive", reason: "no fence" }, "unknown", /no fence/],
  ["was refused", 0, { error: "EINVAL" }, {}, "unknown", /no frame was sent: refused with EINVAL/],
  ["no way is recorded", 0, { copies: 0 }, {}, "unknown", /no way/],
])("%s", (_, hops, observed, parts, fate, detail) => {
  const seen = hops === 0 ? observed : { ...observed, path: WAY.slice(0, hops) };
  const story = storyOf(sampleCell(OLD, CELL, seen, parts));
  expect(story.fate).toBe(fate);
  expect(story.detail).toMatch(detail);
  expect(story.steps).toHaveLength(hops);
});

test("a mismatch is told in its three sentences, each hop with its frame", () => {
  const parts = { verdict: "mismatch", reason: "copies: expected 1, observed 0" } as const;
  const cell = sampleCell(OLD, CELL, { copies: 0, path: WAY.slice(0, 3) }, parts);
  const text = renderStory(cell, storyOf(cell));
  expect(text).toMatch(
    /^Expected .*, because oracle: some_function: .*\.\nHowever, observed copies 0 \(copies: expected/m,
  );
  expect(text).toContain("  3 us  the switch port it is cabled to: came in (frame 12 of captures/a run.pcapng)");
  expect(text).toContain("Limits: no trace was recorded");
});
