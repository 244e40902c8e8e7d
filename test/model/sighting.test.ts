import { expect, test } from "vitest";
import { captureInterface, countingTap } from "../../lab/model/sighting.ts";
import type { Endpoint, Node } from "../../lab/model/topology.ts";

const cable = { port: "swp", address: "02:00:00:00:00:01" };
const endpoint = (kind: Endpoint["kind"]): Node => ({
  kind: "endpoint",
  endpoint: { name: "e", lower: "low", kind, mode: "vepa", address: "02:00:00:00:00:02" },
});

test.each<[string, Node, string]>([
  ["a macvlan: its interface", endpoint("macvlan"), "e"],
  ["a macvtap: its character device", endpoint("macvtap"), "e:device"],
  ["a lower host: behind the handlers", { kind: "lower-host", lower: { ...cable, name: "low" } }, "low:host"],
  ["the external host: the same", { kind: "external-host", external: { ...cable, name: "ext" } }, "ext:host"],
])("copies are counted at %s", (_what, node, name) => {
  const { interface: on, tap } = countingTap(node);
  expect(captureInterface(on, tap)).toBe(name);
});
