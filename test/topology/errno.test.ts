import { describe, expect, test } from "vitest";
import { errnoName } from "../../lab/topology/errno.ts";

describe("errnoName", () => {
  test.each([
    ["RTNETLINK answers: Invalid argument", "EINVAL"],
    ["RTNETLINK answers: Address already in use", "EADDRINUSE"],
    ["RTNETLINK answers: Device or resource busy", "EBUSY"],
    ["RTNETLINK answers: File exists", "EEXIST"],
    ["RTNETLINK answers: Operation not supported", "EOPNOTSUPP"],
    ["RTNETLINK answers: Operation not permitted", "EPERM"],
    ["RTNETLINK answers: No such device", "ENODEV"],
    ['Cannot find device "c68second"', "ENODEV"],
    ["RTNETLINK answers: No such device or address", "ENXIO"],
    ["RTNETLINK answers: Too many levels of symbolic links", "ELOOP"],
    ["Error: something in the kernel's words.\nRTNETLINK answers: Cannot allocate memory", "ENOMEM"],
    ["Error: mtu less than device minimum.", "EINVAL"],
    ["Error: mtu greater than device maximum.", "EINVAL"],
  ])("%s", (message, name) => {
    expect(errnoName(message)).toBe(name);
  });

  test("keeps whole what it does not know, so that it is taken for nothing known", () => {
    for (const message of [
      "RTNETLINK answers: Level 3 halted",
      "Error: an Invalid argument somewhere.",
      "RTNETLINK answers: Invalid argument, perhaps",
      "",
    ])
      expect(errnoName(message)).toBe(message);
  });
});
