import { expect, test } from "vitest";
import type { Endpoint } from "../../lab/model/topology.ts";
import type { Party } from "../../lab/model/vocabulary.ts";
import { TopologyBuilder } from "../../lab/topology/topology-builder.ts";

const SENDER = "02:00:00:00:00:99";
const source = (sourceList?: Party["sourceList"]): Party => ({
  ...{ kind: "macvlan", mode: "source" },
  ...(sourceList ? { sourceList } : {}),
});

test("the senders are on the lists of those made to hear them, whatever their devices are called", () => {
  const builder = new TopologyBuilder(0, "x-srs");
  builder.endpoint("a", source("other"), 1);
  builder.endpoint("a", source("sender"), 2);
  builder.endpoint("a", source(), 3);
  builder.endpoint("a", { kind: "macvtap", mode: "bridge" }, 4);
  const { endpoints, fenceSource } = builder.build([SENDER]);
  const lists = endpoints.map(({ sources }) => sources);
  expect(lists).toEqual([[fenceSource], [fenceSource, SENDER], [fenceSource], undefined]);
});

test("no endpoint has its own address on its list", () => {
  const builder = new TopologyBuilder(0, "");
  builder.endpoint("a", source("sender"), 1);
  const { address } = builder.endpoints[0] as Endpoint;
  const { endpoints, fenceSource } = builder.build([address, SENDER]);
  expect(endpoints[0]?.sources).toEqual([fenceSource, SENDER]);
});
