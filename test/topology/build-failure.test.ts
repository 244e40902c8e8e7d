import { expect, test } from "vitest";
import type { Executor } from "../../lab/base/executor.ts";
import { buildFailure } from "../../lab/topology/build-failure.ts";

const place = (modules: string): Executor => ({
  ...{ place: "guest fake", agent: "/bin/agent", workDirectory: "/run" },
  run: async () => ({ status: 0, stdout: Buffer.from(modules), stderr: "" }),
  put: async () => {},
  async *get() {},
});
const COMMAND = "link add link low name e1 type macvtap mode vepa";
const UNKNOWN = "Error: Unknown device type.\nCommand failed -:7\n";

test("a kind of device that is missing is named beside the modules there are", async () => {
  const modules = "veth 45056 0 - Live 0x0\nmacvlan 32768 1 macvtap, Live 0x0\next4 1114112 1 - Live 0x0\n";
  const { message, mend } = await buildFailure(place(modules), COMMAND, UNKNOWN);
  expect(message).toBe(
    `guest fake: this kernel has no macvtap: "ip ${COMMAND}" failed: Unknown device type; ` +
      "of the modules for it macvlan, veth are loaded",
  );
  expect(mend).toContain("CONFIG_MACVTAP=m");
});

test("a kernel with everything built in has no modules to name", async () => {
  const { message } = await buildFailure(place(""), COMMAND, UNKNOWN);
  expect(message).toContain("of the modules for it none is loaded");
});

test("another failure is told by its command, in the tool's own words", async () => {
  const failure = await buildFailure(place(""), COMMAND, "RTNETLINK answers: File exists");
  expect(failure.message).toBe(`guest fake: the topology cannot be built: "${COMMAND}" failed`);
  expect(failure.detail).toBe("RTNETLINK answers: File exists");
});
