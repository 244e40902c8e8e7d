/** Which cells cannot be scripts: whatever a script of single frames between plain endpoints on veths would not show. */
import { describe, expect, test } from "vitest";
import type { CellResult, KernelResult } from "../../lab/model/results.ts";
import { askAgainCommand, partsOf } from "../../reports/cell-parts.ts";
import { obstacle } from "../../reports/repro/obstacle.ts";
import { NEW, sampleCell, sampleKernel } from "./sample.ts";

const CELL = sampleCell(
  NEW,
  {
    placement: "same-lower",
    reflectiveRelay: true,
    traffic: "broadcast",
    source: { kind: "macvlan", mode: "bridge" },
    destination: { kind: "macvlan", mode: "vepa" },
  },
  { copies: 1, echo: 0, wire: 1, as: ["broadcast"] },
);
const KERNEL = sampleKernel(NEW, "7.2.6");
const SWITCH = { id: NEW, hypervisors: 2 } as unknown as NonNullable<KernelResult["switch"]>;

const but = (parts: object): CellResult => ({ ...CELL, ...parts }) as CellResult;
const passthru = { kind: "macvlan", mode: "passthru" };

const OBSTACLES: readonly [string, CellResult, RegExp][] = [
  ["a conversation", but({ traffic: "tcp" }), /conversation of two IP stacks/],
  ["what the run could not tell", but({ verdict: "inconclusive" }), /could not tell/],
  ["what nobody counted", but({ observed: {} }), /nothing was counted/],
  [
    "packet types alone",
    but({ verdict: "mismatch", observed: { ...CELL.observed, as: ["multicast"] } }),
    /as multicast instead of as broadcast, .* a script counts frames/,
  ],
  [
    "packet types alone, of a baseline that has no counts",
    but({ verdict: "mismatch", expected: { as: ["host"], by: "baseline", rule: "" } }),
    /as broadcast instead of as host, /,
  ],
  ["another lower device", but({ lower: "e1000" }), /its lower devices are e1000, and a script has veths/],
  ["a guest's card, moved by QEMU", but({ scenario: "guest-nics" }), /network cards of guests/],
  ["a guest's card, moved by the kernel", but({ vhost: true }), /network cards of guests/],
  ["a container", but({ source: { kind: "container", mode: "bridge" } }), /container engine/],
  ["a refusal nobody predicted", but({ verdict: "mismatch", observed: { error: "EBUSY" } }), /EBUSY .* exclude/],
];

describe("an obstacle is", () => {
  test.each(OBSTACLES)("%s", (_what, cell, why) => {
    expect(obstacle(cell, KERNEL)).toMatch(why);
  });

  test("a switch in another guest, to which network cards are cabled", () => {
    expect(obstacle(CELL, { ...KERNEL, switch: SWITCH })).toMatch(/switch was in another guest/);
  });
});

test("no obstacle are other counts, whatever their packet types, nor a refusal of two that exclude each other", () => {
  expect(obstacle(CELL, KERNEL)).toBeUndefined();
  expect(
    obstacle(but({ verdict: "mismatch", observed: { copies: 2, echo: 0, wire: 1, as: ["host"] } }), KERNEL),
  ).toBeUndefined();
  expect(
    obstacle(but({ verdict: "unsupported", destination: passthru, observed: { error: "EINVAL" } }), KERNEL),
  ).toBeUndefined();
});

test("a report says the same of a cell as the command", () => {
  const cell = but({ lower: "e1000" });
  expect(partsOf(cell, KERNEL).script).toEqual({ missing: obstacle(cell, KERNEL) });
  expect(partsOf(CELL, { ...KERNEL, switch: SWITCH }).script).toHaveProperty("missing");
});

test("a cell on another lower device is asked again on one", () => {
  expect(askAgainCommand(but({ id: "x", lower: "e1000" }), KERNEL)).toBe(
    `macvlab run pairings --kernel ${NEW} --lower e1000 --filter '^x$'`,
  );
});

test("a cell of a run with its switch in a guest is asked again with that switch", () => {
  const command = (id: string, hypervisors: number) =>
    askAgainCommand(but({ id: "x" }), { ...KERNEL, switch: { ...SWITCH, id, hypervisors } });
  expect(command("file:other", 1)).toBe(
    `macvlab run pairings --kernel ${NEW} --switch guest=file:other --filter '^x$'`,
  );
  expect(command(KERNEL.id, 3)).toContain(" --switch guest --hypervisors 3 --filter");
});
