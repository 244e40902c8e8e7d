import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import type { Topology } from "../../lab/model/topology.ts";
import { buildTopologies } from "../../lab/topology/build.ts";
import { whole } from "../../lab/topology/stage.ts";
import { openKernelDouble } from "../runner/kernel-double.ts";

const MAC = (number: number) => `02:6d:76:00:00:0${number}`;
const TOPOLOGY: Topology = {
  switch: "sw",
  lowers: [{ name: "low", port: "swp", address: MAC(1) }],
  external: { name: "ext", port: "swp-ext", address: MAC(2) },
  endpoints: [{ name: "e1", lower: "low", kind: "macvlan", mode: "vepa", address: MAC(3) }],
};

describe("buildTopologies", () => {
  test("builds, and removes everything when disposed of", async () => {
    const kernel = openKernelDouble();
    const live = await buildTopologies(whole(kernel.executor), [TOPOLOGY]);
    expect([...kernel.devices.keys()].sort()).toEqual(["e1", "ext", "low", "sw", "swp", "swp-ext"]);
    await live[Symbol.asyncDispose]();
    expect(kernel.commands.at(-1)).toMatch(/^link del group \d+$/);
  });

  test("waits for devices whose carrier comes late", async () => {
    const kernel = openKernelDouble({ lateLooks: 2 });
    await using _live = await buildTopologies(whole(kernel.executor), [TOPOLOGY]);
    expect(kernel.looks).toBeGreaterThan(2);
  });

  test.each([
    [
      "link add link low name e1",
      /^guest double: the topology cannot be built: "link add link low name e1 .*" failed$/,
    ],
    [
      "fdb add 02:6d:76:00:00:03",
      /^guest double: the topology cannot be built: "fdb add 02:6d:76:00:00:03 .*" failed$/,
    ],
  ])("names the line that was refused: %s", async (line, message) => {
    const refuse = (one: string) => (one.startsWith(line) ? "RTNETLINK answers: File exists" : undefined);
    const failure = buildTopologies(whole(openKernelDouble({ refuse }).executor), [TOPOLOGY]);
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failure).rejects.toMatchObject({
      message: expect.stringMatching(message),
      detail: expect.stringContaining("File exists"),
    });
  });

  test.each(["link set e1 up", "fdb add 02:6d:76:00:00:03"])(
    "that comes to nothing at %s leaves no device behind",
    async (line) => {
      const refuse = (one: string) => (one.startsWith(line) ? "RTNETLINK answers: File exists" : undefined);
      const kernel = openKernelDouble({ refuse });
      await expect(buildTopologies(whole(kernel.executor), [TOPOLOGY])).rejects.toThrow(EnvironmentError);
      expect(kernel.commands.at(-1)).toMatch(/^link del group \d+$/);
      expect([...kernel.devices.keys()]).toEqual([]);
    },
  );

  test("tells what went wrong first, whatever becomes of undoing it", async () => {
    const before = (script: string) => {
      throw new Error(script.includes("link del") ? "the undoing" : "the place is gone");
    };
    const failure = buildTopologies(whole(openKernelDouble({ before }).executor), [TOPOLOGY]);
    await expect(failure).rejects.toThrow("the place is gone");
  });

  test.each([false, true])(
    "names the kind of device a kernel lacks, and what mends that; careful: %s",
    async (careful) => {
      const refuse = (line: string) => (line.includes("type macvlan") ? "Error: Unknown device type." : undefined);
      const { executor } = openKernelDouble({ refuse });
      const failure = buildTopologies(whole(executor), [TOPOLOGY], { careful });
      await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
      await expect(failure).rejects.toMatchObject({
        message: expect.stringMatching(/^guest double: this kernel has no macvlan: "ip link add link low .*" failed: /),
        mend: expect.stringContaining("CONFIG_MACVLAN"),
      });
    },
  );
});
