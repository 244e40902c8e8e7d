/**
 * Somebody else's engine, which has a network, a container and an image of its own: what the lab asks of it, and that it
 * has the same set afterwards, whatever ended the lab.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Scope } from "../../lab/base/scope.ts";
import { startEngine } from "../../lab/container/engine.ts";
import type { Engine } from "../../lab/container/engine-types.ts";
import { importRoot, makeNetwork, runContainer } from "../../lab/container/fleet.ts";
import { rootArchive } from "../../lab/container/root.ts";
import { type HostNamespace, openHostNamespace } from "../../lab/host/host-namespace.ts";
import { agentProgram } from "../../lab/image/index.ts";
import { conversationsOf } from "../../lab/model/cell.ts";
import type { Results } from "../../lab/model/results.ts";
import type { ConversationAxes } from "../../lab/model/scenario.ts";
import { containers } from "../../scenarios/containers.ts";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { noRoot } from "../cli/privileged.ts";

const USER = "somebody";

describe.skipIf(noRoot)("an engine of the user's", () => {
  const scope = new Scope();
  let yard: Yard;
  let place: HostNamespace;
  let engine: Engine;
  let before: string[];

  /** All the engine has, and all there is in its network namespace. */
  async function everything(): Promise<string[]> {
    const { docker } = engine;
    const containers = await docker.listContainers({ all: true });
    const networks = await docker.listNetworks();
    const images = await docker.listImages({ all: true });
    const { stdout } = await place.executor.run(
      "ip -o link; ip -o address; ip route show table all; ip -6 route show table all; ip netns; " +
        "for f in all default lo; do cat /proc/sys/net/ipv4/conf/$f/arp_ignore /proc/sys/net/ipv4/conf/$f/rp_filter; done",
    );
    return [
      ...containers.map(({ Id, State, Names }) => `container ${Id} ${State} ${Names}`),
      ...networks.map(({ Id, Name }) => `network ${Id} ${Name}`),
      ...images.map(({ Id, RepoTags }) => `image ${Id} ${RepoTags}`),
      ...stdout.toString().trim().split("\n"),
    ].sort();
  }

  beforeAll(async () => {
    yard = scope.use("yard", await openYard());
    place = scope.use("the user's namespaces", await openHostNamespace(await agentProgram()));
    const { executor, root, nameNamespaces } = place;
    engine = scope.use("the user's engine", await startEngine({ executor, root, nameNamespaces }, USER));
    await importRoot(engine, await rootArchive({ executor, root }));
    await executor.run("ip link add users type veth peer name users-far; ip link set users addrgenmode none up");
    const network = {
      name: "users",
      lower: "users",
      mode: "bridge",
      subnet: "10.9.8.0/24",
      subnet6: "fd00:9::/64",
    } as const;
    await makeNetwork(engine, { ...network, reserved: {} });
    // Its first process does not end when it is asked to.
    scope.defer("the user's container", () =>
      engine.docker
        .getContainer("users")
        .remove({ force: true })
        .catch(() => {}),
    );
    await runContainer(engine, { name: "users", network: "users", address: "02:00:00:00:00:09" });
    before = await everything();
  });
  afterAll(() => scope[Symbol.asyncDispose]());

  test("refuses a second network on a parent in its own words, and has none of it", async () => {
    const second = {
      name: "second",
      lower: "users",
      mode: "vepa",
      subnet: "10.9.9.0/24",
      subnet6: "fd00:a::/64",
    } as const;
    await expect(makeNetwork(engine, { ...second, reserved: {} })).rejects.toThrow(
      /^the container engine refused: network "second" on "users" in vepa mode: .*users/,
    );
    expect(await everything()).toEqual(before);
  });

  const run = (out: string) => ["run", "containers", "--engine", engine.socket, "--out", out];

  test("makes the lab's containers on devices handed to it, and has nothing of them afterwards", {
    timeout: 90_000,
  }, async () => {
    const { code, stdout, stderr } = await yard.run(run("users"));
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    const results = JSON.parse(await readFile(join(yard.directory, "users/results.json"), "utf8")) as Results;
    expect(results.kernels[0]?.engine).toMatchObject({ private: false });
    expect(results.cells.length).toBe(conversationsOf(containers.conversations as ConversationAxes).length);
    expect(results.cells.filter(({ verdict }) => verdict !== "match")).toEqual([]);
    const hosts = results.cells.filter(({ source, destination }) =>
      [source.kind, destination.kind].includes("lower-host"),
    );
    expect(hosts.length).toBeGreaterThan(50);
    expect(await everything()).toEqual(before);
    await expect.poll(yard.leftBehind, { timeout: 5_000, interval: 100 }).toEqual([]);
  });

  test("is rid of everything when the lab is killed", { timeout: 60_000 }, async () => {
    const running = yard.start(run("killed"));
    await running.says(/host: conversations/);
    const during = await everything();
    expect(during.filter((line) => /^container/.test(line)).length).toBeGreaterThan(5);
    expect(during.filter((line) => before.includes(line)).length).toBeGreaterThan(5);
    running.process.kill("SIGKILL");
    await running.ended;
    await expect.poll(everything, { timeout: 20_000, interval: 200 }).toEqual(before);
    await expect.poll(yard.leftBehind, { timeout: 10_000, interval: 100 }).toEqual([]);
  });

  test("that ends in mid-run is told of, with what to do once it is back", { timeout: 60_000 }, async () => {
    const running = yard.start(run("ended"));
    await running.says(/host: conversations/);
    await place.executor.run(`kill -KILL $(cat ${place.executor.workDirectory}/engine/pid)`);
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([3, expect.stringMatching(/the container engine, the one at ".*", ended while/)]);
    expect(stderr).toMatch(/once it is back: docker rm -f .* label=macvlab=\d{8}-/);
    expect(stderr).not.toMatch(/cleaning up|^\s+at /m);
  });
});
