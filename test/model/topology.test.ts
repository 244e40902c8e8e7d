import { expect, test } from "vitest";
import { type Endpoint, endpointNodes, externalHost, lowerHosts, onlyGroupFrames } from "../../lab/model/topology.ts";

const lower = (name: string) => ({ name, port: `${name}-port`, address: "02:00:00:00:00:01" });
const endpoint = (name: string, on: string, mode: Endpoint["mode"]): Endpoint => ({
  ...{ name, lower: on, kind: "macvlan", mode, address: "02:00:00:00:00:02" },
});
const TOPOLOGY = {
  lowers: [lower("shared"), lower("taken"), lower("bare")],
  endpoints: [endpoint("a", "shared", "vepa"), endpoint("b", "taken", "passthru")],
  external: lower("ext"),
};

test("a passthru endpoint takes its own lower device's host's unicast frames, and nobody else's", () => {
  const everyone = [...endpointNodes(TOPOLOGY), ...lowerHosts(TOPOLOGY), externalHost(TOPOLOGY)];
  const robbed = everyone.filter((node) => onlyGroupFrames(TOPOLOGY, node));
  expect(robbed).toEqual([{ kind: "lower-host", lower: TOPOLOGY.lowers[1] }]);
});
