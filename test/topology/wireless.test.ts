import { describe, expect, test } from "vitest";
import type { Executor } from "../../lab/base/executor.ts";
import { SIBLING_PATHS } from "../../lab/model/measure.ts";
import { pairCommands, siblingPair } from "../../lab/topology/sibling-paths.ts";
import { nodeCommands, nodeOf, STATIONS, WIRELESS_NODES } from "../../lab/topology/wireless.ts";
import { fourAddressInterfaces, refusedPorts, wirelessScript } from "../../lab/topology/wireless-script.ts";
import { wireless } from "../../scenarios/wireless.ts";

/** IFNAMSIZ, with its terminator. */
const NAME = 15;

describe("nodes", () => {
  test("have names a kernel takes, each its own", () => {
    const names = WIRELESS_NODES.map((node) => node.interface);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name.length, name).toBeLessThanOrEqual(NAME);
  });

  test("have addresses of their own but for passthru ones, which have a station to themselves", () => {
    const own = WIRELESS_NODES.filter(({ party }) => party === "station" || party.mode !== "passthru");
    expect(new Set(own.map(({ address }) => address)).size).toBe(own.length);
    const passthru = WIRELESS_NODES.filter((node) => !own.includes(node));
    for (const node of passthru) {
      expect(node.address).toBe(node.station.address);
      expect(WIRELESS_NODES.filter(({ station }) => station === node.station)).toEqual([node]);
    }
  });

  test("are there for whatever the scenario asks", () => {
    for (const { ask, fourAddress } of wireless.wireless ?? []) {
      if (ask.what === "bridge-port") continue;
      const node = nodeOf(ask.party, fourAddress);
      expect(node.party).toEqual(ask.party);
      expect(node.station.fourAddress).toBe(fourAddress);
    }
  });

  test("a source endpoint lists its access point", () => {
    const [line] = nodeCommands(nodeOf({ kind: "macvlan", mode: "source" }, true));
    expect(line).toMatch(/^link add link wlan5 .* mode source macaddr set 02:00:00:00:01:00$/);
  });
});

test("the script moves each radio once, and waits for all of them", () => {
  const executor = { workDirectory: "/run/x" } as Executor;
  const script = wirelessScript(executor);
  const moved = [...script.matchAll(/^iw phy (phy\d) set netns name (\S+)/gm)].map(([, phy]) => phy);
  expect(moved).toEqual(["phy0", "phy1", "phy2", "phy3", "phy4", "phy5", "phy6", "phy7"]);
  expect(script).toContain(`-eq ${STATIONS.length}`);
});

test("what hostapd and the bridge said is read", () => {
  const output = `port false: Error: Device does not allow enslaving to a bridge.
port true: none
wlan1: WDS-STA-INTERFACE-ADDED ifname=wlan1.sta1 sta_addr=02:00:00:00:06:00
`;
  expect(refusedPorts(output)).toEqual(
    new Map([
      [false, "EOPNOTSUPP"],
      [true, "none"],
    ]),
  );
  expect(fourAddressInterfaces(output)).toEqual(new Map([["02:00:00:00:06:00", "wlan1.sta1"]]));
});

test("pairs of siblings share nothing, and only the reflecting port has hairpin on", () => {
  const lines = SIBLING_PATHS.flatMap(pairCommands);
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines.filter((line) => line.endsWith("hairpin on"))).toEqual([
    `link set ${siblingPair("vepa").port} type bridge_slave hairpin on`,
  ]);
});
