/** The filter's program, run over frames. */
import { expect, test } from "vitest";
import { GROUPS, internetAddress, type Subnet, solicitedGroup } from "../../lab/topology/internet.ts";
import { probeFrame } from "../../lab/traffic/frame.ts";
import { NO_FRAMES, residentFilter } from "../../lab/traffic/resident-filter.ts";
import { runFilter } from "./bpf.ts";
import { arp, ipv4, ipv6, lease, neighbours, tagged } from "./internet-frames.ts";

const OWN = 17;
const WHOLE = 0xffff;
const filter = residentFilter(OWN);
const kept = (frame: Buffer) => runFilter(filter, frame);
const SUBNETS: readonly Subnet[] = ["link", "near", "far", "vlan"];
const v4 = (owner: number, peer: number, subnet: Subnet = "link") => internetAddress(4, subnet, owner, peer, "asks");
const v6 = (owner: number, peer: number, subnet: Subnet = "link") => internetAddress(6, subnet, owner, peer, "answers");

test.each(SUBNETS)("what is from or to its own addresses in subnet %s is kept whole", (subnet) => {
  for (const frame of [
    ipv4(v4(OWN, 3, subnet), v4(3, OWN, subnet)),
    ipv4(v4(3, OWN, subnet), v4(OWN, 3, subnet)),
    ipv6(v6(OWN, 3, subnet), v6(3, OWN, subnet)),
    ipv6(v6(3, OWN, subnet), v6(OWN, 3, subnet)),
    arp("asks", v4(OWN, 3, subnet), v4(3, OWN, subnet)),
    arp("tells", v4(3, OWN, subnet), v4(OWN, 3, subnet)),
  ]) {
    expect(kept(frame)).toBe(WHOLE);
    expect(kept(tagged(frame, 109))).toBe(WHOLE); // as a macvlan's VLAN device sends it
  }
});

test("others' conversations are not, though they are about each other and even with its number as peer", () => {
  for (const frame of [
    ipv4(v4(3, OWN), v4(4, OWN)),
    ipv6(v6(3, OWN), v6(4, OWN)),
    arp("asks", v4(3, OWN), v4(4, OWN)),
    ipv4(v4(3, 4), GROUPS[4]),
    ipv6(v6(3, 4), GROUPS[6]),
  ]) {
    expect(kept(frame)).toBe(0);
    expect(kept(tagged(frame, 109))).toBe(0);
  }
});

test("what it says to a group, and who asks for it in IPv6, is kept", () => {
  expect(kept(ipv4(v4(OWN, 3), GROUPS[4]))).toBe(WHOLE);
  expect(kept(ipv6(v6(OWN, 3), GROUPS[6]))).toBe(WHOLE);
  const group = `ff02:0:0:0:0:1:ff00:${solicitedGroup(OWN).split(":").at(-1)}`;
  expect(kept(neighbours("asks", v6(3, OWN), group, v6(OWN, 3)))).toBe(WHOLE);
});

test("fences and leases are kept by everybody, other protocols and beginnings of frames by nobody", () => {
  const header = { source: "02:00:00:00:00:01", destination: "ff:ff:ff:ff:ff:ff" };
  expect(kept(probeFrame(header, 1, 2, "fence"))).toBe(WHOLE);
  expect([kept(lease("asks", header.source)), kept(lease("tells", header.source))]).toEqual([WHOLE, WHOLE]);
  const foreign = ipv4(v4(OWN, 3), v4(3, OWN));
  foreign.writeUInt16BE(0x88cc, 12);
  expect(kept(foreign)).toBe(0);
  expect(kept(ipv4(v4(OWN, 3), v4(3, OWN)).subarray(0, 26))).toBe(0);
});

test("no two residents keep each other's", () => {
  for (let number = 1; number < 63; number++) {
    const program = residentFilter(number);
    expect(runFilter(program, ipv4(v4(number, 1), v4(1, number)))).toBe(WHOLE);
    if (number !== OWN && number !== 1) expect(runFilter(program, ipv4(v4(OWN, 1), v4(1, OWN)))).toBe(0);
  }
});

test("there is one that keeps nothing at all", () => {
  expect(runFilter(NO_FRAMES, arp("asks", v4(1, 2), v4(2, 1)))).toBe(0);
});
