import { expect, test } from "vitest";
import { decodeInternet } from "../../lab/capture/internet.ts";
import { decodeLease } from "../../lab/capture/lease.ts";
import { arp, ipv4, ipv6, lease, neighbours, tagged } from "../traffic/internet-frames.ts";

const [A, B] = ["198.18.1.2", "198.18.2.129"];
const [A6, B6, GROUP] = ["fd6d:7600:0:0:2:1:0:1", "fd6d:7600:0:0:81:1:0:2", "ff02:0:0:0:0:1:ff00:2"];

test.each([
  ["an ARP request", arp("asks", A, B), { says: "asks", source: A, destination: B }],
  ["an ARP reply", arp("tells", B, A), { says: "tells", source: B, destination: A }],
  ["an IPv4 packet", ipv4(A, B), { says: "packet", source: A, destination: B }],
  ["an IPv6 packet", ipv6(A6, B6), { says: "packet", source: A6, destination: B6 }],
  ["a solicitation", neighbours("asks", A6, GROUP, B6), { says: "asks", source: A6, destination: B6 }],
  ["an advertisement", neighbours("tells", B6, A6, B6), { says: "tells", source: B6, destination: A6 }],
] as const)("%s, with and without a VLAN tag", (_, frame, header) => {
  expect(decodeInternet(frame)).toEqual(header);
  expect(decodeInternet(tagged(frame, 109))).toEqual(header);
});

test.each([
  [arp("asks", A, B), 42],
  [ipv4(A, B), 34],
  [ipv6(A6, B6), 54],
])("what ends too early says nothing", (frame, length) => {
  expect(decodeInternet(frame.subarray(0, length))).toBeDefined();
  for (const short of [length - 1, 20, 13, 0]) expect(decodeInternet(frame.subarray(0, short))).toBeUndefined();
});

test("a solicitation that ends too early is a packet like others", () => {
  const frame = neighbours("asks", A6, GROUP, B6);
  expect(decodeInternet(frame.subarray(0, frame.length - 1))).toEqual({
    says: "packet",
    source: A6,
    destination: GROUP,
  });
});

test("a DHCP message names its client and its way; other datagrams are none", () => {
  const client = "02:00:00:00:00:09";
  expect(decodeLease(lease("asks", client))).toEqual({ says: "asks", client });
  expect(decodeLease(lease("tells", client))).toEqual({ says: "tells", client });
  expect(decodeLease(lease("asks", client).subarray(0, 75))).toBeUndefined();
  expect(decodeLease(ipv4(A, B, 17, Buffer.alloc(248)))).toBeUndefined();
  expect(decodeLease(arp("asks", A, B))).toBeUndefined();
});
