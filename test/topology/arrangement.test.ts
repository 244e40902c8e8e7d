import { describe, expect, test } from "vitest";
import { type Cell, cellName, cellsOf, excludesEachOther } from "../../lab/model/cell.ts";
import { addressOf, type Endpoint, interfaceOf, lowerOf, type Node } from "../../lab/model/topology.ts";
import { LAYER2_TRAFFIC, MODES, type Party, PLACEMENTS } from "../../lab/model/vocabulary.ts";
import {
  type Arrangement,
  denseArrangement,
  isolatedArrangements,
  type Pair,
  type PlacedTopology,
  pairName,
} from "../../lab/topology/arrangement.ts";

const CELLS = cellsOf({
  placements: PLACEMENTS,
  reflectiveRelay: [false, true],
  traffic: LAYER2_TRAFFIC,
  modes: MODES,
});
const BUILDABLE = CELLS.filter((cell) => !excludesEachOther(cell));
const DENSE = denseArrangement(CELLS);
const ISOLATED = isolatedArrangements(CELLS);
const ALL = [DENSE, ...ISOLATED];
const INTERFACE_NAME_LIMIT = 15;

const topologyOf = (arrangement: Arrangement, pair: Pair) => arrangement.topologies[pair.topology] as PlacedTopology;
const pairOf = (arrangement: Arrangement, cell: Cell) => arrangement.pairs.get(pairName(cell)) as Pair;

/** What a node is, as a cell names it; whose address a list holds is told by the list the topology builds. */
function matches(topology: PlacedTopology, node: Node, party: Party, sender: Node): boolean {
  if (node.kind !== "endpoint") return node.kind === party.kind;
  const built = topology.endpoints.find(({ name }) => name === node.endpoint.name);
  if (!built) return false;
  const { kind, mode, sources } = built;
  if (kind !== party.kind || mode !== party.mode) return false;
  if (!party.sourceList) return true;
  return sources?.includes(addressOf(sender)) === (party.sourceList === "sender");
}

function expectPlaced(arrangement: Arrangement, cell: Cell): void {
  const name = cellName(cell);
  const pair = pairOf(arrangement, cell);
  expect(pair, name).toBeDefined();
  const topology = topologyOf(arrangement, pair);
  expect(matches(topology, pair.source, cell.source, pair.source), name).toBe(true);
  expect(matches(topology, pair.destination, cell.destination, pair.source), name).toBe(true);
  const lowers = [pair.source, pair.destination].map((node) => lowerOf(topology, node)?.name);
  const expected = {
    "same-lower": lowers[0] === lowers[1],
    "two-lowers": lowers[0] !== lowers[1],
    "endpoint-to-lower-host": lowers[0] === lowers[1],
    "lower-host-to-endpoint": lowers[0] === lowers[1],
    "endpoint-to-external": lowers[1] === undefined,
    "external-to-endpoint": lowers[0] === undefined,
  }[cell.placement];
  expect(expected, name).toBe(true);
  expect(interfaceOf(pair.source), name).not.toBe(interfaceOf(pair.destination));
}

describe.each(ALL.map((arrangement, index) => [index === 0 ? "dense" : `isolated ${index}`, arrangement] as const))(
  "%s",
  (_name, { topologies }) => {
    const devices = topologies.flatMap(({ switch: name, lowers, endpoints, external }) => [
      name,
      ...lowers.flatMap((lower) => [lower.name, lower.port]),
      ...endpoints.map((endpoint) => endpoint.name),
      external.name,
      external.port,
    ]);

    test("device names are unique and fit the kernel", () => {
      expect(new Set(devices).size).toBe(devices.length);
      expect(devices.filter((name) => name.length > INTERFACE_NAME_LIMIT)).toEqual([]);
    });

    test("addresses are unique, but for passthru, which has its lower device's", () => {
      const own = topologies.flatMap(({ lowers, endpoints, external, fenceSource }) => [
        ...lowers.map(({ address }) => address),
        ...endpoints.filter(({ mode }) => mode !== "passthru").map(({ address }) => address),
        external.address,
        fenceSource,
      ]);
      expect(new Set(own).size).toBe(own.length);
      for (const address of own) expect(address).toMatch(/^02(:[0-9a-f]{2}){5}$/);
      for (const topology of topologies)
        for (const endpoint of topology.endpoints.filter(({ mode }) => mode === "passthru"))
          expect(endpoint.address).toBe(lowerOf(topology, { kind: "endpoint", endpoint })?.address);
    });

    test("every endpoint's lower device is there, and passthru is alone on its own", () => {
      for (const { lowers, endpoints } of topologies) {
        for (const { lower } of endpoints) expect(lowers.map(({ name }) => name)).toContain(lower);
        for (const { lower } of endpoints.filter(({ mode }) => mode === "passthru"))
          expect(endpoints.filter((one) => one.lower === lower)).toHaveLength(1);
      }
    });

    test("source lists are source mode's alone, hold the fence's address and never an endpoint's own", () => {
      for (const { endpoints, fenceSource } of topologies)
        for (const { name, mode, sources, address } of endpoints) {
          expect(sources !== undefined, name).toBe(mode === "source");
          if (!sources) continue;
          expect(sources, name).toContain(fenceSource);
          expect(sources, name).not.toContain(address);
          expect(new Set(sources).size, name).toBe(sources.length);
        }
    });
  },
);

describe("dense", () => {
  const [topology] = DENSE.topologies as [PlacedTopology];
  const on = (tag: string) => topology.endpoints.filter(({ lower }) => lower === `low-${tag}`);
  const variants = (endpoints: readonly Endpoint[]) => {
    const counts = new Map<string, number>();
    for (const { kind, mode, name } of endpoints) {
      const variant = `${kind}/${mode}${mode === "source" ? name.slice(-2, -1) : ""}`;
      counts.set(variant, (counts.get(variant) ?? 0) + 1);
    }
    return Object.fromEntries(counts);
  };
  const SHARING = ["macvlan", "macvtap"].flatMap((kind) =>
    ["private", "vepa", "bridge", "sources", "sourceo"].map((mode) => `${kind}/${mode}`),
  );

  test("is one topology: two of each that can share a lower device on one, one of each on another", () => {
    expect(DENSE.topologies).toHaveLength(1);
    expect(variants(on("a"))).toEqual(Object.fromEntries(SHARING.map((name) => [name, 2])));
    expect(variants(on("b"))).toEqual(Object.fromEntries(SHARING.map((name) => [name, 1])));
  });

  test("a passthru of each kind is there twice, alone, so that two can talk to each other", () => {
    const passthru = topology.endpoints.filter(({ mode }) => mode === "passthru");
    expect(variants(passthru)).toEqual({ "macvlan/passthru": 2, "macvtap/passthru": 2 });
    expect(topology.lowers).toHaveLength(2 + passthru.length);
  });

  test("every pair of every cell is found, where the cell says", () => {
    for (const cell of BUILDABLE) expectPlaced(DENSE, cell);
    expect(DENSE.pairs.size).toBe(new Set(BUILDABLE.map(pairName)).size);
  });

  test("pairs that exclude each other have no place", () => {
    const exclusive = CELLS.filter(excludesEachOther);
    expect(exclusive.length).toBeGreaterThan(0);
    for (const cell of exclusive) expect(DENSE.pairs.has(pairName(cell)), cellName(cell)).toBe(false);
  });

  test("who listens for senders lists every one of them, the others list none", () => {
    const senders = [...new Set([...DENSE.pairs.values()].map(({ source }) => addressOf(source)))];
    const lists = topology.endpoints.filter(({ mode }) => mode === "source");
    for (const { name, address, sources = [] } of lists) {
      const heard = sources.filter((one) => one !== topology.fenceSource);
      const all = senders.filter((one) => one !== address);
      expect(heard, name).toEqual(name.includes("-srs") ? all : []);
    }
  });

  test("no endpoint sends to itself, and no endpoint that sends in a cell receives in its twin's place", () => {
    for (const { source, destination } of DENSE.pairs.values()) expect(source).not.toEqual(destination);
  });

  test("is the same whichever cells are asked, so that a filtered run is the whole one's part", () => {
    const unicast = denseArrangement(CELLS.filter(({ traffic }) => traffic === "unicast"));
    expect(unicast).toEqual(DENSE);
  });
});

describe("isolated", () => {
  test("every pair of every cell is in exactly one batch, alone in its topology", () => {
    for (const name of new Set(BUILDABLE.map(pairName)))
      expect(
        ISOLATED.filter(({ pairs }) => pairs.has(name)),
        name,
      ).toHaveLength(1);
    for (const { topologies, pairs } of ISOLATED) {
      expect(new Set([...pairs.values()].map(({ topology }) => topology)).size).toBe(topologies.length);
      expect(topologies.length).toBe(pairs.size);
    }
  });

  test("is where the cell says", () => {
    for (const cell of BUILDABLE) {
      const arrangement = ISOLATED.find(({ pairs }) => pairs.has(pairName(cell))) as Arrangement;
      expectPlaced(arrangement, cell);
    }
  });

  test("a topology holds its two ends and no other endpoint", () => {
    for (const arrangement of ISOLATED)
      for (const pair of arrangement.pairs.values()) {
        const ends = [pair.source, pair.destination].filter(({ kind }) => kind === "endpoint").map(interfaceOf);
        expect(topologyOf(arrangement, pair).endpoints.map(({ name }) => name)).toEqual(ends);
      }
  });
});
