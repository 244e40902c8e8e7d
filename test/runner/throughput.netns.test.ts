/** Throughput between siblings in namespaces of the running kernel. */
import { expect, test } from "vitest";
import { hostTarget, openPlace } from "../../lab/runner/place.ts";
import { noRoot } from "../cli/privileged.ts";
import { expectMeasured, measureOnce } from "./throughput-sample.ts";

test.skipIf(noRoot)(`is measured on every way, and leaves nothing${noRoot}`, async () => {
  await using place = await openPlace(hostTarget(), {
    console: "/nonexistent",
    listener: () => {},
    whileStarting: () => {},
  });
  expectMeasured(await measureOnce(place, "host"));
  const left = await place.executor.run("ip -br link; ip netns list; ps -e -o comm= | grep iperf3");
  expect(left.stdout.toString()).toMatch(/^lo\s+\S+\s+\S+ <LOOPBACK>\s*$/);
});
