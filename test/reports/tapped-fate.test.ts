/** The fate of a frame that only taps saw: a flood has branches, and the one to the destination counts. */
import { describe, expect, test } from "vitest";
import type { Party, Placement } from "../../lab/model/vocabulary.ts";
import { storyOf } from "../../reports/story.ts";
import { pathOf, REAL_WAYS } from "./real-ways.ts";
import { OLD, sampleCell } from "./sample.ts";

const AT_SWITCH = (to: string) =>
  ["dropped at", expect.stringMatching(new RegExp(`should_deliver.*no port on the way to ${to}`))] as const;
const AT_LOWER = (whose: string) =>
  ["filtered without a copy", `macvlan_handle_frame at the ${whose}'s lower device gave the destination none`] as const;

/** By placement, and whether the relay is on: what is said of every frame without a copy. */
const TOLD: Readonly<Record<Placement, readonly [off: readonly unknown[], on: readonly unknown[]]>> = {
  "same-lower": [AT_SWITCH("the sender's lower device"), AT_LOWER("sender")],
  "two-lowers": [AT_LOWER("destination"), AT_LOWER("destination")],
  "endpoint-to-lower-host": [AT_SWITCH("the sender's lower device"), AT_LOWER("sender")],
  "lower-host-to-endpoint": [AT_SWITCH("the sender's lower device"), AT_LOWER("sender")],
  "endpoint-to-external": [
    ["filtered without a copy", expect.stringMatching(/^it came to the external host's device, and its stack/)],
    ["filtered without a copy", expect.stringMatching(/^it came to the external host's device, and its stack/)],
  ],
  "external-to-endpoint": [AT_LOWER("destination"), AT_LOWER("destination")],
};

describe("real ways", () => {
  test.each(REAL_WAYS)("$title", ({ cell }) => {
    const { fate, detail } = storyOf(cell);
    const isHeard =
      cell.destination.kind === "lower-host" && cell.observed.path?.some(([tap]) => tap === "destination");
    const heard = ["passed to the lower host", "its stack saw it, and took it as none of its own"];
    expect([fate, detail]).toEqual(isHeard ? heard : TOLD[cell.placement][cell.reflectiveRelay ? 1 : 0]);
    expect(detail).not.toContain("nobody else");
  });
});

const bridge: Party = { kind: "macvlan", mode: "bridge" };
const external: Party = { kind: "external-host" };

function told(placement: Placement, ends: readonly [Party, Party], way: string, parts = {}) {
  const [source, destination] = ends;
  const question = { placement, reflectiveRelay: true, traffic: "broadcast", source, destination } as const;
  const { fate, detail } = storyOf(sampleCell(OLD, question, { copies: 0, path: pathOf(way) }, parts));
  return `${fate}: ${detail}`;
}

describe("a group frame between bridge siblings", () => {
  const siblings = [bridge, bridge] as const;

  test("is the sender's own to copy, wherever the switch sent another", () => {
    for (const way of ["e>", "e> l>", "e> l> s<", "e> l> s< s>"])
      expect(told("same-lower", siblings, way)).toMatch(
        /^filtered without a copy: .*macvlan_broadcast\) gave its sibling/,
      );
  });

  test("may come back as well", () => {
    expect(told("same-lower", siblings, "e> l> s< s> l< e<")).toMatch(/macvlan_broadcast.*macvlan_handle_frame at/);
  });
});

describe("who sends decides what lies behind it", () => {
  test.each<[string, Placement, readonly [Party, Party], string, RegExp]>([
    [
      "an external host",
      "external-to-endpoint",
      [external, bridge],
      "e>",
      /at: the external host's cable to the switch$/,
    ],
    [
      "an external host",
      "external-to-endpoint",
      [external, bridge],
      "e> x<",
      /should_deliver.*the destination's lower/,
    ],
    ["an endpoint", "two-lowers", [bridge, bridge], "e>", /the sender's macvlan \(macvlan_queue_xmit\)/],
    ["an endpoint", "two-lowers", [bridge, bridge], "e> l> s< x> s> l< e<", /should_deliver.*the destination's lower/],
    [
      "an endpoint",
      "two-lowers",
      [bridge, bridge],
      "e> l> s< s> t> l<",
      /the cable to the destination's lower device$/,
    ],
    ["an endpoint", "endpoint-to-external", [bridge, external], "e> l> s< s> l< e<", /no port.* to the external host$/],
    ["an endpoint", "endpoint-to-external", [bridge, external], "e> l> s< x> s> l<", /the cable to the external host$/],
  ])("%s, %s %#", (_, placement, ends, way, expected) => {
    expect(told(placement, ends, way)).toMatch(expected);
  });
});

test("a macvtap's device may have it, and its reader nothing", () => {
  const ends = [bridge, { kind: "macvtap", mode: "vepa" }] as const;
  expect(told("two-lowers", ends, "e> l> s< t> m< d<")).toMatch(/^filtered.*the destination's device, and nobody/);
});

test("behind a dummy is no cable, and more than one behind others", () => {
  const ends = [bridge, { kind: "macvlan", mode: "vepa" }] as const;
  expect(told("same-lower", ends, "e> l>", { lower: "dummy" })).toContain("behind a dummy is no cable");
  expect(told("same-lower", ends, "e> l>", { lower: "bond" })).toContain("between the lower device (bond) and");
});

test("what could not be told is no silence; a copy is one all the same", () => {
  const question = { placement: "two-lowers", reflectiveRelay: false, traffic: "unicast", source: bridge } as const;
  const unsure = { verdict: "inconclusive", reason: "the capture dropped 30 frames" } as const;
  const path = pathOf("e> l>");
  const of = (copies: number) =>
    storyOf(sampleCell(OLD, { ...question, destination: bridge }, { copies, path }, unsure));
  expect(of(0)).toMatchObject({ fate: "unknown", detail: "the capture dropped 30 frames" });
  expect(of(1)).toMatchObject({ fate: "delivered", detail: "at least 1 at the destination" });
});
