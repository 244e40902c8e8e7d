/** The agent itself, in namespaces of the running kernel, where none of a plan's devices are. */
import { expect, test } from "vitest";
import { openHostNamespace } from "../../lab/host/host-namespace.ts";
import { agentProgram } from "../../lab/image/index.ts";
import { playPlan } from "../../lab/traffic/play.ts";
import { noRoot } from "../cli/privileged.ts";
import { PLAN } from "./whole-plan.ts";

test.skipIf(noRoot)(
  `an agent that finds no device dies before the interlude is due, and the device is named${noRoot}`,
  async () => {
    await using namespace = await openHostNamespace(await agentProgram());
    const failure = playPlan(namespace.executor, { ...PLAN, interlude: ["link set x up"] });
    await expect(failure).rejects.toMatchObject({
      message: expect.stringMatching(/^host: "\S+" vanished before all frames were sent: .* play$/),
    });
  },
);
