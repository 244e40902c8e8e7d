import { describe, expect, test } from "vitest";
import { errnoName } from "../../lab/topology/errno.ts";
import { parseBatchErrors } from "../../lab/topology/forced-batch.ts";

/** What `ip -force -batch -` of iproute2 6.1.0 printed. */
const RECORDED = `RTNETLINK answers: Invalid argument
Command failed -:4
RTNETLINK answers: Invalid argument
Command failed -:5
Error: mtu less than device minimum.
Command failed -:6
Cannot find device "nobody"
Command failed -:7
Error: argument of "mode" must be "private", "vepa", "bridge", "passthru" or "source", not "sideways"
Command failed -:8
"mtu" is invalid lladdr.
Command failed -:9
RTNETLINK answers: File exists
Command failed -:11
`;

describe("parseBatchErrors", () => {
  test("tells every line's error by its number", () => {
    const errors = parseBatchErrors(RECORDED);
    expect([...errors.keys()]).toEqual([4, 5, 6, 7, 8, 9, 11]);
    expect(errors.get(6)).toBe("Error: mtu less than device minimum.");
    expect([...errors.values()].slice(0, 4).map(errnoName)).toEqual(["EINVAL", "EINVAL", "EINVAL", "ENODEV"]);
  });

  test("keeps all a line had to say, and nothing of the line before", () => {
    const errors = parseBatchErrors(
      "Error: one.\nRTNETLINK answers: two\nCommand failed -:3\nthree\nCommand failed -:9\n",
    );
    expect([...errors]).toEqual([
      [3, "Error: one.\nRTNETLINK answers: two"],
      [9, "three"],
    ]);
  });

  test("takes a warning that failed nothing for no error", () => {
    expect(parseBatchErrors("").size).toBe(0);
    expect(parseBatchErrors("Warning: something\n").size).toBe(0);
  });

  test("reads the name of a batch file too", () => {
    expect([...parseBatchErrors("no\nCommand failed /run/x.batch:12\n")]).toEqual([[12, "no"]]);
  });
});
