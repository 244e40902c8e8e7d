import { expect, test } from "vitest";
import { cellsOf, cellsOn } from "../../lab/model/cell.ts";
import { LOWER_KINDS, type LowerKind } from "../../lab/model/vocabulary.ts";
import { denseArrangement } from "../../lab/topology/arrangement.ts";
import { CARDS, lowerBack, lowerKit } from "../../lab/topology/lower-kinds.ts";

const CELLS = cellsOf({
  placements: ["same-lower", "two-lowers"],
  reflectiveRelay: [false],
  traffic: ["unicast"],
  modes: ["private", "vepa", "bridge", "passthru", "source"],
});

function topologyOf(kind: LowerKind) {
  const [topology] = denseArrangement(cellsOn(kind, CELLS)).topologies;
  if (!topology) throw new Error("no topology");
  return topology;
}

test.each(LOWER_KINDS)("%s: each lower device is made, put on the switch's port and has a name that fits", (kind) => {
  const topology = topologyOf(kind);
  expect(topology.lowers.length).toBeLessThanOrEqual(CARDS);
  topology.lowers.forEach((lower, number) => {
    const { before, links, after, forwarding } = lowerKit(topology, lower, number);
    const all = [...before, ...links, ...forwarding, ...after].join("\n");
    expect(all).toMatch(new RegExp(`\\b${lower.name}\\b`));
    expect(links.join("\n")).toContain(`link set ${lower.port} master ${topology.switch}`);
    for (const [name = ""] of all.matchAll(/\b(?:low|und2?|swp|swq)-\w+/g)) expect(name.length).toBeLessThan(16);
  });
});

test("what stays when a topology goes is given back", () => {
  const back = (kind: LowerKind) => lowerBack(topologyOf(kind).lowers[0] as never, 3).join("\n");
  expect(back("e1000")).toMatch(/low-a name card3[\s\S]*swp-a name port3/);
  expect(back("hwsim")).toMatch(/kill[\s\S]*low-a name card3[\s\S]*swp-a name port3/);
  expect(back("bond")).toBe("");
});

test("only fences are let over to a dummy", () => {
  const topology = topologyOf("dummy");
  const { after } = lowerKit(topology, topology.lowers[0] as never, 0);
  expect(after.at(-1)).toContain(`src_mac ${topology.fenceSource} action mirred ingress redirect dev low-a`);
});
