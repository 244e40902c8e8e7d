import { describe, expect, test } from "vitest";
import { dropCounters, dropsBetween } from "../../lab/traffic/counters.ts";

/** /proc/net/dev of 6.1, whole but for the interfaces that say nothing more. */
const devices = (
  low: [number, number],
  tap: [number, number],
) => `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
 low-a: 1271500   14207    0 ${String(low[0]).padStart(4)}    0     0          0         0   971500   10205    0 ${String(low[1]).padStart(4)}    0     0       0          0
a-mvt-vep1:   71500     205    7 ${String(tap[0]).padStart(4)}    3     0          0         0   971500     205    9 ${String(tap[1]).padStart(4)}    5     0       0          0
`;

describe("dropCounters", () => {
  test("adds what was dropped on the way in and out, and nothing else", () => {
    expect([...dropCounters(devices([3, 4], [0, 12]))]).toEqual([
      ["lo", 0],
      ["low-a", 7],
      ["a-mvt-vep1", 12],
    ]);
  });

  test("reads a name that touches its first number", () => {
    expect(dropCounters("eth0:12 1 0 5 0 0 0 0 1 1 0 2 0 0 0 0\n").get("eth0")).toBe(7);
  });
});

describe("dropsBetween", () => {
  test("tells what was dropped meanwhile", () => {
    expect([...dropsBetween(devices([3, 4], [0, 12]), devices([3, 9], [0, 12]))]).toEqual([["low-a", 5]]);
  });

  test("counts a device that came meanwhile from nothing", () => {
    expect([...dropsBetween("", devices([1, 0], [0, 0]))]).toEqual([["low-a", 1]]);
  });

  test("takes a device that went for none", () => {
    expect(dropsBetween(devices([1, 2], [3, 4]), "").size).toBe(0);
  });
});
