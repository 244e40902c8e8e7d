import { describe, expect, test } from "vitest";
import type { Endpoint, Topology } from "../../lab/model/topology.ts";
import {
  cable,
  endpointCommand,
  forwardingCommands,
  linkCommands,
  REMOVAL_COMMAND,
  switchCommands,
} from "../../lab/topology/commands.ts";

const MAC = (number: number) => `02:6d:76:00:00:${number.toString(16).padStart(2, "0")}`;

const endpoint = (rest: Partial<Endpoint> = {}): Endpoint => ({
  ...{ name: "e1", lower: "low", kind: "macvlan", mode: "bridge", address: MAC(3) },
  ...rest,
});

const topology = (endpoints: readonly Endpoint[]): Topology => ({
  switch: "sw",
  lowers: [{ name: "low", port: "swp", address: MAC(1) }],
  external: { name: "ext", port: "swp-ext", address: MAC(2) },
  endpoints,
});

describe("endpointCommand", () => {
  test("names lower device, address, kind and mode", () => {
    expect(endpointCommand(endpoint())).toBe(`link add link low name e1 address ${MAC(3)} type macvlan mode bridge`);
    expect(endpointCommand(endpoint({ kind: "macvtap", mode: "vepa" }))).toContain("type macvtap mode vepa");
  });

  test("gives passthru no address: it takes its lower device's", () => {
    expect(endpointCommand(endpoint({ mode: "passthru", address: MAC(1) }))).toBe(
      "link add link low name e1 type macvlan mode passthru",
    );
  });

  test("sets source list and nodst", () => {
    expect(endpointCommand(endpoint({ mode: "source", sources: [MAC(7), MAC(8)], nodst: true }))).toBe(
      `link add link low name e1 address ${MAC(3)} type macvlan mode source nodst macaddr set ${MAC(7)} ${MAC(8)}`,
    );
  });
});

describe("linkCommands", () => {
  const lines = linkCommands(topology([endpoint(), endpoint({ name: "e2", address: MAC(4) })]));

  test("make every device before it is named elsewhere", () => {
    const made = new Set<string>();
    for (const line of lines) {
      const words = line.split(" ");
      const named = [words[words.indexOf("set") + 1], words[words.indexOf("link", 1) + 1], words.at(-1)];
      if (line.startsWith("link set")) expect(made, line).toContain(words[2]);
      if (line.includes(" master ")) expect(made, line).toContain(named[2]);
      if (line.startsWith("link add link")) expect(made, line).toContain(words[3]);
      if (line.startsWith("link add")) for (const word of words) made.add(word);
    }
  });

  test("bring every device up", () => {
    const up = lines.filter((line) => / up$/.test(line)).map((line) => line.split(" ")[2]);
    expect(up.sort()).toEqual(["e1", "e2", "ext", "low", "sw", "swp", "swp-ext"]);
  });

  test("make a switch that neither blocks nor snoops, with ports that do not learn", () => {
    expect(switchCommands(topology([]))[0]).toMatch(/^link add sw group \d+ type bridge stp_state 0 mcast_snooping 0$/);
    expect(cable(topology([]), topology([]).external)).toContain("link set swp-ext type bridge_slave learning off");
  });

  test("put every device that is not an endpoint into the group that removal takes", () => {
    const group = /^link del group (\d+)$/.exec(REMOVAL_COMMAND)?.[1];
    expect(group).toBeDefined();
    const adds = lines.filter((line) => /^link add (?!link)/.test(line));
    expect(adds).toHaveLength(3);
    for (const line of adds) expect(line).toContain(` group ${group} `);
  });
});

describe("forwardingCommands", () => {
  test("tell the switch the port of every address", () => {
    expect(forwardingCommands(topology([endpoint(), endpoint({ name: "e2", address: MAC(4) })]))).toEqual([
      `fdb add ${MAC(2)} dev swp-ext master static`,
      `fdb add ${MAC(1)} dev swp master static`,
      `fdb add ${MAC(3)} dev swp master static`,
      `fdb add ${MAC(4)} dev swp master static`,
    ]);
  });

  test("tell an address that is shared once: the second time is refused with EEXIST", () => {
    const twins = [endpoint(), endpoint({ name: "e2" }), endpoint({ name: "p", mode: "passthru", address: MAC(1) })];
    const lines = forwardingCommands(topology(twins));
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines).toHaveLength(3);
  });
});
