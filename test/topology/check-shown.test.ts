import { describe, expect, test } from "vitest";
import type { CheckSpec, CheckStep } from "../../lab/model/scenario.ts";
import type { ShownLook } from "../../lab/model/shown-look.ts";
import { AWAY_NAMESPACE, lineOf } from "../../lab/topology/check-line.ts";
import { type Link, parseSections, type Sections, showCommands } from "../../lab/topology/check-sections.ts";
import { hasSettled } from "../../lab/topology/check-settling.ts";
import { shownValue } from "../../lab/topology/check-shown.ts";
import { type CheckWorld, checkWorlds } from "../../lab/topology/check-world.ts";
import { add, moveAway, moveHome, relay, setAddress, setList, up } from "../../scenarios/ledger/steps.ts";

const made = add("first", { mode: "bridge", address: "given" });
const EVERYWHERE = () => true;
const given = "02:6d:76:c0:00:02";

function worldOf(look: ShownLook, ...steps: readonly CheckStep[]): CheckWorld {
  const check: CheckSpec = { id: "x", text: "x", steps, look };
  return checkWorlds([check])[0] as CheckWorld;
}

const lines = (world: CheckWorld) => world.check.steps.map((_, index) => lineOf(world, index));

const link = (ifname: string, more: Partial<Link> = {}): Link => ({
  ...{ ifindex: 5, ifname, flags: ["UP", "LOWER_UP"], mtu: 1500, operstate: "UP", address: given },
  ...more,
});

const sections = (more: Partial<Sections>): Sections => ({ ...parseSections("[]"), ...more });

describe("lines", () => {
  test("are taken where the device is by then", () => {
    const world = worldOf(
      { look: "state", device: "first" },
      made,
      moveAway("first"),
      ...up("first"),
      moveHome("first"),
    );
    expect(lines(world)).toEqual([
      { tool: "ip", text: `link add link c0low name c0first address ${given} type macvlan mode bridge` },
      { tool: "ip", text: `link set c0first netns ${AWAY_NAMESPACE}` },
      { tool: "ip-away", text: "link set c0first up" },
      { tool: "ip-away", text: "link set c0first netns $$" },
    ]);
  });

  test("make a device elsewhere, and one on a device that went there where that is", () => {
    const born = worldOf({ look: "namespace", device: "first" }, add("first", { in: "away" }));
    expect(lines(born)[0]?.text).toBe(`link add link c0low name c0first netns ${AWAY_NAMESPACE} type macvlan`);
    const nested = worldOf(
      { look: "below", device: "second" },
      made,
      moveAway("first"),
      add("second", { on: "first" }),
    );
    expect(lines(nested)[2]).toEqual({ tool: "ip-away", text: "link add link c0first name c0second type macvlan" });
  });

  test("switch reflective relay by each tool's own words", () => {
    const world = worldOf(
      { look: "relay" },
      relay("sysfs", true),
      relay("brctl", false),
      relay("bridge", true),
      relay("ip", false),
    );
    expect(lines(world)).toEqual([
      { tool: "shell", text: "echo 1 > /sys/class/net/c0swp/brport/hairpin_mode" },
      { tool: "shell", text: "brctl hairpin c0sw c0swp off" },
      { tool: "bridge", text: "link set dev c0swp hairpin on" },
      { tool: "ip", text: "link set c0swp type bridge_slave hairpin off" },
    ]);
  });

  test("name addresses and lists", () => {
    const world = worldOf(
      { look: "sources", device: "first" },
      made,
      setAddress("first", "zero"),
      setList("set", "external", "group"),
    );
    expect(
      lines(world)
        .slice(1)
        .map(({ text }) => text),
    ).toEqual([
      "link set c0first address 00:00:00:00:00:00",
      "link set c0first type macvlan macaddr set 02:6d:76:c0:00:01 03:6d:76:c0:ff:ee",
    ]);
  });
});

describe("sections", () => {
  test("ask no more than the looks need", () => {
    expect(showCommands([worldOf({ look: "kind", device: "first" }, made)], EVERYWHERE)).toEqual([
      "exec ip -details -json link show",
    ]);
    const node = showCommands([worldOf({ look: "node", device: "first" }, made)], EVERYWHERE).join("\n");
    expect(node).toContain("stat -c");
    expect(node).not.toContain("netns exec");
  });

  test("are read back", () => {
    const output = [
      '[{"ifname":"c0swp"}]\n',
      'macvlab: section away\n[{"ifname":"c0first"}]\n',
      "macvlab: section sysfs\nc0swp 1\n",
      'macvlab: section bridge\n[{"ifname":"c0swp","hairpin":true},{"ifname":"other"}]\n',
      "macvlab: section brctl\nc0swp\nc0sw\n bridge id\t\t8000.00\n\nc0swp (1)\n port id\t\t8001\n hairpin mode\t\t   1\nc0swp-ext (2)\n",
      "macvlab: section nodes\n/dev/tap9 600 0:0 f6:1\n",
      "macvlab: section numbers\n/sys/class/net/c0first/tap9/dev 246:1\n",
    ].join("\n");
    const read = parseSections(output);
    expect(read.away.map(({ ifname }) => ifname)).toEqual(["c0first"]);
    expect([...read.relay.sysfs, ...read.relay.bridge]).toEqual([
      ["c0swp", true],
      ["c0swp", true],
    ]);
    expect([...read.relay.brctl]).toEqual([
      ["c0swp", true],
      ["c0swp-ext", false],
    ]);
    expect(read.nodes.get("/dev/tap9")).toEqual({ mode: "600", owner: "0:0", number: "246:1" });
    expect(read.numbers.get("home c0first")).toBe("246:1");
  });
});

describe("values", () => {
  test("a device that is gone is absent", () => {
    expect(
      shownValue(worldOf({ look: "kind", device: "first" }, made), { look: "kind", device: "first" }, sections({}), ""),
    ).toBe("absent");
  });

  test("a node is whose number it has", () => {
    const world = worldOf({ look: "node", device: "first" }, made);
    const seen = sections({
      home: [link("c0first", { ifindex: 9 }), link("c0second")],
      nodes: new Map([["/dev/tap9", { mode: "600", owner: "0:0", number: "246:2" }]]),
      numbers: new Map([
        ["home c0first", "246:1"],
        ["home c0second", "246:2"],
      ]),
    });
    expect(shownValue(world, { look: "node", device: "first" }, seen, "")).toBe("tapN 600 0:0, second");
  });

  test("of two of one name the one with the address that was given is meant", () => {
    const twin = add("second", { address: "given", named: "first", in: "away" });
    const world = worldOf({ look: "namespace", device: "second" }, made, twin);
    const seen = sections({ home: [link("c0first")], away: [link("c0first", { address: "02:6d:76:c0:00:03" })] });
    expect(shownValue(world, { look: "namespace", device: "second" }, seen, "")).toBe("away");
    expect(shownValue(world, { look: "namespace", device: "first" }, seen, "")).toBe("home");
  });

  test("the names a tool lists, without the wrong one", () => {
    const message = 'Error: argument of "mode" must be "private", "vepa" or "source", not "hairpin"';
    expect(shownValue(worldOf({ look: "mode-names" }), { look: "mode-names" }, sections({}), message)).toBe(
      "private vepa source",
    );
  });
});

describe("a state has settled", () => {
  const world = worldOf({ look: "state", device: "first" }, made);
  const lower = link("c0low", { flags: ["UP"], operstate: "DOWN" });

  test.each([
    [
      "as its own carrier and its lower device's say",
      link("c0first", { flags: ["UP"], operstate: "LOWERLAYERDOWN" }),
      true,
    ],
    ["not before the watcher has come", link("c0first", { flags: ["UP"], operstate: "UP" }), false],
    ["not before it has its lower device's carrier", link("c0first"), false],
  ])("%s", (_, first, settled) => {
    expect(hasSettled([world], sections({ home: [lower, first] }))).toBe(settled);
  });
});
