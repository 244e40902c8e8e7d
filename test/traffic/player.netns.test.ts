/** An agent that is fed piece by piece, and what it says of each. */
import { expect, test } from "vitest";
import { openHostNamespace } from "../../lab/host/host-namespace.ts";
import { agentProgram } from "../../lab/image/index.ts";
import { startPlayer } from "../../lab/traffic/player.ts";
import { parseTalkRecording } from "../../lab/traffic/records.ts";
import { noRoot } from "../cli/privileged.ts";
import { CABLES, STACKS, START } from "./two-stacks.ts";

test.skipIf(noRoot)(
  `reports tell of news, of what is missing and of gaps, and lines are its own again${noRoot}`,
  async () => {
    await using place = await openHostNamespace(await agentProgram());
    const { executor } = place;
    const [cable = []] = Object.values(CABLES);
    const namespaces = ["left", "right"].flatMap((name) => [`ip netns add ${name}`, `ip -n ${name} link set lo up`]);
    const built = await executor.run(["set -e", ...namespaces, ...cable, ...STACKS].join("\n"));
    expect(built.status, built.stderr).toBe(0);
    const player = startPlayer(executor, "talk");
    await player.report(START);
    const talk = await player.report(["talk 1 1 icmp 0 10.0.0.1 10.0.0.2 56", "wait 50 5000"]);
    expect(talk).toMatchObject({ news: expect.any(Number), missing: 0 });
    expect(talk.news).toBeGreaterThanOrEqual(4);
    expect(talk.gap).toBeLessThan(2_000);
    expect(await player.report(["expect 0 1 00ff00ff", "wait 0 50"])).toMatchObject({ missing: 1 });
    await player.play(["mark over"]);
    const { stream } = parseTalkRecording(await player.end());
    const said = stream.filter(({ kind }) => kind === "talk" || kind === "text").map(({ data }) => data.toString());
    expect(said).toEqual(expect.arrayContaining(["1 1 sent", "1 1 heard", "1 1 answered", "over"]));
  },
);
