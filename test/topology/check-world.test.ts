import { describe, expect, test } from "vitest";
import type { CheckLook, CheckSpec, CheckStep } from "../../lab/model/scenario.ts";
import { lineOf } from "../../lab/topology/check-line.ts";
import { checkWorlds, endpointAt } from "../../lab/topology/check-world.ts";
import { add, setMode, setMtu, up } from "../../scenarios/basics/steps.ts";
import { basics } from "../../scenarios/basics.ts";

const ERROR: CheckLook = { look: "error" };
const COPIES: CheckLook = { look: "copies", from: "external", to: "first", at: ["first", "lower-host"] };
const WORLDS = checkWorlds(basics.checks ?? []);
const MAC = /(02(:[0-9a-f]{2}){5})/g;

function worldOf(steps: readonly CheckStep[], look = ERROR) {
  const check: CheckSpec = { id: "x", text: "x", steps, look };
  const [world] = checkWorlds([check]);
  if (!world) throw new Error("no world");
  return { world, lines: steps.map((_, index) => lineOf(world, index).text) };
}

/** The lines with every address named by whose it is. */
function readable({ world, lines }: ReturnType<typeof worldOf>): string[] {
  const names = new Map<string, string>();
  for (const role of ["third", "second", "first"] as const) {
    const endpoint = endpointAt(world, role);
    if (endpoint) names.set(endpoint.address, role);
  }
  names.set(world.lower.address, "lower").set(world.topology.external.address, "external");
  return lines.map((line) => line.replace(MAC, (mac) => `<${names.get(mac) ?? "nobody"}>`));
}

describe("stepCommand", () => {
  test("says only what the step says: the rest is the kernel's to choose", () => {
    expect(readable(worldOf([add("first")]))).toEqual(["link add link c0low name c0first type macvlan"]);
    expect(readable(worldOf([add("first", { kind: "macvtap", mode: "source", mtu: 1300, nodst: true })]))).toEqual([
      "link add link c0low name c0first mtu 1300 type macvtap mode source nodst",
    ]);
  });

  test("names addresses as asked: given, the lower device's, a sibling's", () => {
    const steps = [
      add("first", { address: "given" }),
      add("second", { address: "sibling" }),
      add("third", { address: "lower" }),
    ];
    expect(readable(worldOf(steps))).toEqual([
      "link add link c0low name c0first address <first> type macvlan",
      "link add link c0low name c0second address <first> type macvlan",
      "link add link c0low name c0third address <lower> type macvlan",
    ]);
  });

  test("fixes an address that others have to know", () => {
    const [made] = readable(worldOf([add("first", { mode: "vepa" })], COPIES));
    expect(made).toBe("link add link c0low name c0first address <first> type macvlan mode vepa");
    const siblings = readable(worldOf([add("first"), add("second", { address: "sibling" })]));
    expect(siblings[0]).toContain("address <first>");
  });

  test("gives passthru none but what is asked for", () => {
    expect(readable(worldOf([add("first", { mode: "passthru" })], COPIES))).toEqual([
      "link add link c0low name c0first type macvlan mode passthru",
    ]);
    const given = worldOf([add("first", { mode: "passthru", address: "given" })]);
    expect(given.lines[0]).toMatch(/ address 02:/);
    expect(given.lines[0]).not.toContain(given.world.lower.address);
  });

  test("lists those the step names, made before or after", () => {
    const steps = [
      add("first", { mode: "source", sources: ["second", "external"] }),
      add("second", { address: "given" }),
    ];
    expect(readable(worldOf(steps))[0]).toContain("macaddr set <second> <external>");
  });

  test("brings up, changes modes of the right kind and sets MTUs", () => {
    const steps = [
      add("first", { kind: "macvtap" }),
      ...up("first"),
      setMode("first", "bridge"),
      setMtu("lower", 1400),
    ];
    expect(readable(worldOf(steps)).slice(1)).toEqual([
      "link set c0first up",
      "link set c0first type macvtap mode bridge",
      "link set c0low mtu 1400",
    ]);
  });

  test("takes a step on what does not exist, for the kernel to refuse", () => {
    expect(worldOf([setMode("second", "vepa")]).lines).toEqual(["link set c0second type macvlan mode vepa"]);
  });
});

describe("the worlds of every check", () => {
  test("are told apart by name and address", () => {
    const devices = WORLDS.flatMap(({ topology, lower }) => [
      topology.switch,
      lower.name,
      lower.port,
      topology.external.name,
      topology.external.port,
      ...topology.endpoints.map(({ name }) => name),
    ]);
    expect(new Set(devices).size).toBe(devices.length);
    expect(devices.filter((name) => name.length > 15)).toEqual([]);
    const own = WORLDS.flatMap(({ lower, topology, unlistedFence, spareAddresses }) => [
      lower.address,
      topology.external.address,
      topology.fenceSource,
      unlistedFence,
      ...spareAddresses,
    ]);
    expect(new Set(own).size).toBe(own.length);
    const endpoints = WORLDS.flatMap(({ topology }) => topology.endpoints.map(({ address }) => address));
    for (const world of WORLDS)
      for (const fence of [world.topology.fenceSource, world.unlistedFence, ...world.spareAddresses])
        expect(endpoints).not.toContain(fence);
  });

  test("have a switch where the look sends, and only there", () => {
    for (const { check, hasSwitch } of WORLDS)
      expect(hasSwitch, check.id).toBe(["ping", "copies"].includes(check.look.look));
  });

  test("have the endpoints the steps make, as they will be when nothing is refused", () => {
    for (const world of WORLDS) {
      const added = world.check.steps.flatMap((step) => (step.do === "add" ? [step] : []));
      for (const { endpoint, request } of added) {
        const built = endpointAt(world, endpoint);
        expect(built, world.check.id).toMatchObject({ kind: request.kind, mode: request.mode ?? "vepa" });
        expect(built?.sources?.length, world.check.id).toBe(request.sources?.length);
        expect(built?.nodst, world.check.id).toBe(request.nodst);
      }
    }
  });

  test("a fence's address is on no list yet: it is added once the probe is through", () => {
    for (const { topology, check } of WORLDS)
      for (const { sources = [] } of topology.endpoints) expect(sources, check.id).not.toContain(topology.fenceSource);
  });
});
