/** Folding over kernels, relay states and traffic kinds: what is the same is shown once, what differs is kept apart. */
import { expect, test } from "vitest";
import type { CellResult } from "../../lab/model/results.ts";
import type { Placement, Traffic } from "../../lab/model/vocabulary.ts";
import { foldChapters } from "../../reports/chapters.ts";
import { makeResults, NEW, OLD, sampleCell } from "./sample.ts";

interface Point {
  readonly kernel?: string;
  readonly relay?: boolean;
  readonly traffic?: Traffic;
  readonly placement?: Placement;
  readonly copies: number;
  readonly parts?: Partial<CellResult>;
}

function cell({ kernel = OLD, relay = false, traffic = "unicast", placement = "same-lower", copies, parts }: Point) {
  const party = { kind: "macvlan", mode: "vepa" } as const;
  const axes = { placement, reflectiveRelay: relay, traffic, source: party, destination: party };
  return sampleCell(kernel, axes, { copies, echo: 0, wire: 1 }, parts);
}

/** The folded shape as text: traffic, relay states, then kernels and the one glyph of each variant. */
function shape(points: readonly Point[]): string[] {
  const chapters = foldChapters(makeResults({ cells: points.map(cell) }), [OLD, NEW]);
  return chapters.flatMap(({ arrangement, sections }) =>
    sections.flatMap(({ traffic, blocks }) =>
      blocks.map(({ relay, variants }) => {
        const shown = variants.map((variant) => `${variant.kernels.length}:${variant.grid.glyphs.flat().join()}`);
        return `${arrangement.slice(0, 3)} ${traffic.join("+")} ${relay.join("+")} ${shown.join(" ")}`;
      }),
    ),
  );
}

test("kernels that agree share a matrix", () => {
  expect(shape([{ copies: 1 }, { kernel: NEW, copies: 1 }])).toEqual(["one unicast false 2:1"]);
});

test("kernels that differ get one each, marked", () => {
  expect(shape([{ copies: 1 }, { kernel: NEW, copies: 2 }])).toEqual(["one unicast false 1:1* 1:2*"]);
});

test("inconclusive is no difference between kernels, and no agreement either", () => {
  const lost = { verdict: "inconclusive" } as const;
  expect(shape([{ copies: 1 }, { kernel: NEW, copies: 0, parts: lost }])).toEqual(["one unicast false 1:1 1:?"]);
});

test("the same behaviour, judged otherwise, is shown apart but is no difference", () => {
  const wrong = { verdict: "mismatch" } as const;
  expect(shape([{ copies: 1 }, { kernel: NEW, copies: 1, parts: wrong }])).toEqual(["one unicast false 1:1 1:!1"]);
});

test("relay states that agree share a block, and traffic kinds a section", () => {
  const points = (["broadcast", "multicast-joined"] as const).flatMap((traffic) =>
    [false, true].map((relay) => ({ traffic, relay, copies: 1 })),
  );
  expect(shape(points)).toEqual(["one broadcast+multicast-joined false+true 1:1"]);
});

test("traffic kinds that agree in one relay state only stay apart", () => {
  const points = [
    { traffic: "broadcast", relay: true, copies: 1 },
    { traffic: "broadcast", copies: 0 },
    { traffic: "unknown-unicast", relay: true, copies: 1 },
    { traffic: "unknown-unicast", copies: 1 },
  ] as const;
  expect(shape(points)).toEqual([
    "one broadcast false 1:.",
    "one broadcast true 1:1",
    "one unknown-unicast false+true 1:1",
  ]);
});

test("two lower devices are a chapter of their own, after one", () => {
  expect(shape([{ placement: "two-lowers", copies: 1 }, { copies: 0 }])).toEqual([
    "one unicast false 1:.",
    "two unicast false 1:1",
  ]);
});
