import { describe, expect, test } from "vitest";
import { captureInterface, countingTap } from "../../lab/model/sighting.ts";
import { interfaceOf, type Node } from "../../lab/model/topology.ts";
import type { PlacedTopology } from "../../lab/topology/arrangement.ts";
import { arrivals } from "../../lab/traffic/fence-arrival.ts";
import type { PlannedFrame } from "../../lab/traffic/planned-frame.ts";
import { PLAN } from "./whole-plan.ts";

const [TOPOLOGY] = PLAN.topologies as [PlacedTopology];
const FENCES = PLAN.frames.filter(({ fence, reflectiveRelay }) => fence && !reflectiveRelay);
const arriveAt = (frame: PlannedFrame) =>
  arrivals(frame, TOPOLOGY).map((one) => captureInterface(one.interface, one.tap));

describe("arrivals", () => {
  test("of a unicast fence are its node and the port it enters by", () => {
    for (const fence of FENCES.filter((one) => one.fence?.to && one.from.kind === "external-host")) {
      const { interface: name, tap } = countingTap(fence.fence?.to as Node);
      expect(arriveAt(fence)).toEqual([captureInterface(name, tap), TOPOLOGY.external.port]);
    }
  });

  test("of a lower host's are the external host and the lower device's own port", () => {
    for (const fence of FENCES.filter(({ from }) => from.kind === "lower-host")) {
      const port = TOPOLOGY.lowers.find(({ name }) => name === interfaceOf(fence.from))?.port;
      expect(arriveAt(fence)).toEqual([`${TOPOLOGY.external.name}:host`, port]);
    }
  });

  test("of a group fence from outside are every endpoint and every lower host", () => {
    const groups = FENCES.filter(({ from, fence }) => from.kind === "external-host" && fence?.kind !== "unicast");
    expect(groups).toHaveLength(2);
    const endpoints = TOPOLOGY.endpoints.map(({ name, kind }) => (kind === "macvtap" ? `${name}:device` : name));
    const hosts = TOPOLOGY.lowers.map(({ name }) => `${name}:host`);
    for (const fence of groups)
      expect(arriveAt(fence).sort()).toEqual([...endpoints, ...hosts, TOPOLOGY.external.port].sort());
  });

  test("of all fences together leave no tap a cell is counted at unfenced", () => {
    const fenced = new Set(FENCES.flatMap(arriveAt));
    for (const { pair } of PLAN.cells)
      for (const node of [pair.source, pair.destination]) {
        const { interface: name, tap } = countingTap(node);
        expect(fenced).toContain(captureInterface(name, tap));
      }
    for (const { port } of TOPOLOGY.lowers) expect(fenced).toContain(port);
  });
});
