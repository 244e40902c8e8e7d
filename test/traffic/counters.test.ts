import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { dropCounters, dropsBetween, requireStill } from "../../lab/traffic/counters.ts";

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

describe("requireStill", () => {
  test("says nothing of devices that came, and of those that stayed", () => {
    requireStill("here", "lo: 1", "lo: 2\nlow-a: 1\n");
  });

  test("names what vanished, and what went with it", () => {
    const look = () => requireStill("here", "lo: 1\nlow-a: 1\na-mvt-vep1: 1\n", "lo: 1\n");
    expect(look).toThrow(EnvironmentError);
    expect(look).toThrow('here: "low-a" vanished while frames were sent, and with it "a-mvt-vep1": cat /proc/net/dev');
  });
});
