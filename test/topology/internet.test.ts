import { expect, test } from "vitest";
import {
  type Family,
  GROUPS,
  internetAddress,
  prefixOf,
  routerAddress,
  type Subnet,
  solicitedGroup,
} from "../../lab/topology/internet.ts";

const NUMBERS = Array.from({ length: 62 }, (_, index) => index + 1);
const SUBNETS: readonly Subnet[] = ["link", "near", "far", "vlan"];
const FAMILIES: readonly Family[] = [4, 6];

test.each(FAMILIES)(
  "IPv%i: every resident has an address of its own for each other, in each subnet and role",
  (family) => {
    const all = SUBNETS.flatMap((subnet) =>
      NUMBERS.flatMap((owner) =>
        NUMBERS.flatMap((peer) => [
          internetAddress(family, subnet, owner, peer, "asks"),
          internetAddress(family, subnet, owner, peer, "answers"),
        ]),
      ),
    );
    const routers = (["near", "far"] as const).flatMap((subnet) => NUMBERS.map((one) => routerAddress(4, subnet, one)));
    expect(new Set([...all, ...routers]).size).toBe(SUBNETS.length * 62 * 62 * 2 + 2 * 62);
  },
);

test("addresses are of their subnet, as a capture has them", () => {
  expect(internetAddress(4, "link", 1, 2, "asks")).toBe("198.18.1.2");
  expect(internetAddress(4, "vlan", 62, 61, "answers")).toBe("198.18.254.189");
  expect(internetAddress(6, "near", 17, 2, "answers")).toBe("fd6d:7600:0:1:82:1:0:11");
  expect(SUBNETS.map((subnet) => prefixOf(4, subnet))).toEqual(
    [0, 64, 128, 192].map((third) => `198.18.${third}.0/18`),
  );
  expect(prefixOf(6, "far")).toBe("fd6d:7600:0:2::/64");
});

test("the router is known to each resident by another IPv4 address, and by one link-local address a port", () => {
  expect([routerAddress(4, "near", 3), routerAddress(4, "far", 3)]).toEqual(["198.18.67.127", "198.18.131.127"]);
  expect([routerAddress(6, "near", 3), routerAddress(6, "far", 9)]).toEqual(["fe80::1", "fe80::2"]);
});

test("whoever is asked for in IPv6 shares a group with nobody", () => {
  const address = internetAddress(6, "link", 35, 2, "asks");
  expect(address).toMatch(/:1:0:23$/); // the low 24 bits: 00:00:23
  expect(solicitedGroup(35)).toBe("33:33:ff:00:00:23");
  expect(new Set(NUMBERS.map(solicitedGroup)).size).toBe(62);
});

test("a group's number is nobody's", () => {
  expect(Number(GROUPS[4].split(".")[2]) & 63).toBe(63);
});

test.each([
  [0, 1],
  [63, 1],
  [1, 0],
  [1, 63],
])("residents %i and %i: out of range", (owner, peer) => {
  expect(() => internetAddress(4, "link", owner, peer, "asks")).toThrow("numbers are 1 to 62");
});
