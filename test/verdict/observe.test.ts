import { describe, expect, test } from "vitest";
import { copiesAt, countFrame, packetTypes, pathOf, portOf, seenOn } from "../../lab/verdict/observe.ts";
import { endsOf, node, seen, sent } from "./bench.ts";

const numbers = (sightings: readonly { frame: number }[]) => sightings.map(({ frame }) => frame);

describe("copiesAt", () => {
  const sightings = seen([
    "mvl-b outgoing",
    "mvl-b host",
    "mvl-b otherhost",
    "mvl-b broadcast",
    "mvt-b host",
    "mvt-b:device host",
    "low-b host",
    "low-b:host host",
    "low-b:host otherhost",
    "low-b:host multicast",
    "ext:host broadcast",
    "ext broadcast",
  ]);

  test.each([
    ["a macvlan, every copy handed to it, whatever its type", "mvl-b", [2, 3, 4]],
    ["a macvtap, what its reader got, not what its interface shows", "mvt-b", [6]],
    ["a lower host, what passed up to its stack as its own", "low-b", [8, 10]],
    ["the external host, the same", "ext", [11]],
    ["another endpoint, nothing", "mvl-a", []],
  ])("at %s", (_what, name, expected) => {
    expect(numbers(copiesAt(node(name), sightings))).toEqual(expected);
  });
});

describe("countFrame", () => {
  test("tells copies, echoes and what entered the switch apart", () => {
    const frame = sent([
      "mvl-a outgoing",
      "swp-a otherhost",
      "swp-a outgoing",
      "mvl-a otherhost",
      "mvl-b host",
      "mvl-b host",
    ]);
    const counts = countFrame(endsOf("mvl-a", "mvl-b"), frame);
    expect([numbers(counts.copies), numbers(counts.echoes), numbers(counts.wire)]).toEqual([[5, 6], [4], [2]]);
  });

  test("of the external host: the wire is its own port", () => {
    const ends = endsOf("ext", "mvl-b");
    expect(portOf(ends, ends.source)).toBe("swp-ext");
    expect(numbers(countFrame(ends, sent(["ext outgoing", "swp-ext host", "swp-b outgoing"])).wire)).toEqual([2]);
  });

  test("of a lower host: an echo is what came back up to its stack, not what its tap shows", () => {
    const frame = sent(["low-a outgoing", "swp-a host", "low-a broadcast", "low-a:host broadcast"]);
    expect(numbers(countFrame(endsOf("low-a", "mvl-a"), frame).echoes)).toEqual([4]);
  });
});

test("packetTypes: each once, sorted, none from a character device", () => {
  expect(packetTypes(seen(["mvl-b otherhost", "mvl-b host", "mvl-b otherhost"]))).toEqual(["host", "otherhost"]);
  expect(packetTypes(seen(["mvt-b:device host"]))).toEqual([]);
});

describe("pathOf", () => {
  test("names the tap points between two lower devices, with microseconds and frame numbers", () => {
    const lines = ["mvl-a outgoing", "low-a outgoing", "swp-a otherhost", "swp-b outgoing", "low-b host", "mvl-b host"];
    expect(pathOf(endsOf("mvl-a", "mvl-b"), sent(lines))).toEqual([
      ["endpoint", "out", 1, 1],
      ["lower", "out", 2, 2],
      ["switchPort", "in", 3, 3],
      ["destinationSwitchPort", "out", 4, 4],
      ["destinationLower", "in", 5, 5],
      ["destination", "in", 6, 6],
    ]);
  });

  test("leaves out what is no tap point of the cell, and a host's socket unless it is the destination", () => {
    const lines = ["swp-p outgoing", "mvt-b:device host", "low-b:host host", "ext:host host"];
    expect(pathOf(endsOf("mvl-a", "mvl-b"), sent(lines))).toEqual([]);
    const points = pathOf(endsOf("mvl-a", "ext"), sent(lines)).map(([point]) => point);
    expect(points).toEqual(["destination"]);
  });

  test("of lower hosts: the lower device itself is a tap point, the stack behind it the end", () => {
    const from = pathOf(endsOf("low-a", "mvl-a"), sent(["low-a outgoing", "swp-a otherhost"]));
    expect(from.map(([point]) => point)).toEqual(["lower", "switchPort"]);
    const to = pathOf(endsOf("mvl-a", "low-a"), sent(["mvl-a outgoing", "low-a broadcast", "low-a:host broadcast"]));
    expect(to.map(([point]) => point)).toEqual(["endpoint", "lower", "destination"]);
  });

  test("never goes back before the frame was sent", () => {
    const frame = sent(["mvl-a outgoing"], { sentAt: 5_000_000n });
    expect(pathOf(endsOf("mvl-a", "mvl-b"), frame)).toEqual([["endpoint", "out", 0, 1]]);
  });

  test("of one lower device: its port is one point, in and out", () => {
    const ends = endsOf("mvl-b", "mvt-b");
    const lines = [
      "mvl-b outgoing",
      "low-b outgoing",
      "swp-b otherhost",
      "swp-b outgoing",
      "low-b host",
      "mvt-b:device host",
    ];
    expect(seenOn(pathOf(ends, sent(lines)))).toEqual({
      endpoint: ["out"],
      lower: ["out", "in"],
      switchPort: ["in", "out"],
      destination: ["in"],
    });
  });
});
