import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import type { Executor, RunResult } from "../../lab/base/executor.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { buildChecks, removeChecks } from "../../lab/topology/check-script.ts";
import { checkWorlds } from "../../lab/topology/check-world.ts";
import { whole } from "../../lab/topology/stage.ts";
import { add, setMode, up } from "../../scenarios/basics/steps.ts";

/** `ip -details -json link show` of iproute2 6.1.0, shortened to what is read and a little more. */
const link = (ifname: string, address: string, mode?: string) => ({
  ...{ ifindex: 4, ifname, flags: ["BROADCAST"], mtu: 1500, operstate: "UP", qdisc: "noqueue", address },
  ...(mode ? { linkinfo: { info_kind: "macvlan", info_data: { mode, bc_queue_len: 1000 } } } : {}),
});

const CHECKS: readonly CheckSpec[] = [
  { id: "one", text: "one", steps: [add("first", { mode: "passthru" }), add("second")], look: { look: "error" } },
  {
    id: "two",
    text: "two",
    steps: [add("first"), setMode("first", "bridge")],
    look: { look: "mode", device: "first" },
  },
  {
    id: "three",
    text: "three",
    reflectiveRelay: true,
    steps: [add("first"), ...up("first")],
    look: { look: "copies", from: "external", to: "first", at: ["first"] },
  },
];
const WORLDS = checkWorlds(CHECKS);
const LINKS = [
  link("c0low", "02:6d:76:c0:00:00"),
  link("c0first", "02:6d:76:c0:00:00", "passthru"),
  link("c1low", "02:6d:76:c0:00:10"),
  link("c1first", "96:00:11:22:33:44", "bridge"),
  ...[0, 1, 2, 3]
    .flatMap((number) => ["low", "swp", "ext", "swp-ext"].map((role) => `c${number}${role}`))
    .filter((name) => name !== "c0low" && name !== "c1low")
    .map((name) => link(name, "02:6d:76:c0:00:20")),
];

function fakePlace(result: Partial<RunResult>) {
  const scripts: string[] = [];
  const executor: Executor = {
    place: "guest fake",
    agent: "/bin/agent",
    workDirectory: "/run",
    run: async (script) => {
      scripts.push(script);
      return { status: 0, stdout: Buffer.from(JSON.stringify(LINKS)), stderr: "", ...result };
    },
    put: async () => {},
    async *get() {},
  };
  return { executor, scripts };
}

/** The lines of the first `ip -batch`, as the kernel numbers them: from 1. */
async function batchOf(checks = WORLDS): Promise<string[]> {
  const { executor, scripts } = fakePlace({});
  await buildChecks(whole(executor), checks);
  const [, lines = ""] = /ip -force -batch - <<'END'\n([\s\S]*?)\nEND/.exec(scripts.join("\n")) ?? [];
  return lines.split("\n");
}

const numberOf = (lines: readonly string[], part: string) => lines.findIndex((line) => line.includes(part)) + 1;

describe("buildChecks", () => {
  test("tells each step's refusal by its line, and describes the devices that are there", async () => {
    const lines = await batchOf();
    const refused = numberOf(lines, "name c0second");
    const { executor } = fakePlace({ stderr: `RTNETLINK answers: Invalid argument\nCommand failed -:${refused}\n` });
    const [one, two] = await buildChecks(whole(executor), WORLDS);
    expect(one?.errors).toEqual([undefined, "EINVAL"]);
    expect(one?.lastCommand).toMatch(/^ip link add link c0low name c0second /);
    expect([...(one?.devices.keys() ?? [])]).toEqual(["first", "lower"]);
    expect(one?.devices.get("first")).toEqual({ mode: "passthru", mtu: 1500, address: "02:6d:76:c0:00:00" });
    expect(two?.errors).toEqual([undefined, undefined]);
    expect(two?.devices.get("first")?.mode).toBe("bridge");
  });

  test("a kind of device the kernel does not have is no refusal of a step", async () => {
    const lines = await batchOf();
    const refused = numberOf(lines, "name c0second");
    const { executor } = fakePlace({ stderr: `Error: Unknown device type.\nCommand failed -:${refused}\n` });
    const failure = buildChecks(whole(executor), WORLDS);
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failure).rejects.toThrow(
      /^guest fake: this kernel has no macvlan: "ip link add link c0low name c0second/,
    );
  });

  test("what fails of the surroundings is the lab's failure, with the line", async () => {
    const line = numberOf(await batchOf(), "link set c1low up");
    const { executor } = fakePlace({ stderr: `RTNETLINK answers: No such device\nCommand failed -:${line}\n` });
    const failure = buildChecks(whole(executor), WORLDS);
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failure).rejects.toThrow('guest fake: "ip link set c1low up" failed');
  });

  test("a script that fails elsewhere is the lab's failure too", async () => {
    const { executor } = fakePlace({ status: 1, stderr: "RTNETLINK answers: File exists\n" });
    await expect(buildChecks(whole(executor), WORLDS)).rejects.toMatchObject({
      name: "EnvironmentError",
      detail: expect.stringContaining("File exists"),
    });
  });

  test("lower devices are up before the first step; a switch and its relay state only where traffic is sent", async () => {
    const lines = await batchOf();
    for (const number of [0, 1, 2])
      expect(numberOf(lines, `link set c${number}low up`)).toBeLessThan(numberOf(lines, `name c${number}first`));
    expect(lines.filter((line) => line.includes("hairpin"))).toEqual(["link set c2swp type bridge_slave hairpin on"]);
    expect(lines.filter((line) => / type bridge /.test(line))).toHaveLength(1);
  });

  test("makes the namespaces of pings only where there is one", async () => {
    expect((await batchOf()).filter((line) => line.startsWith("netns"))).toEqual([]);
    const ping: CheckSpec = {
      id: "p",
      text: "p",
      steps: [add("first")],
      look: { look: "ping", from: "first", to: "external" },
    };
    const lines = await batchOf(checkWorlds([...CHECKS, ping]));
    expect(lines.filter((line) => line.startsWith("netns add"))).toHaveLength(2);
  });
});

test("removeChecks takes devices and namespaces, whatever of them is there", async () => {
  const { executor, scripts } = fakePlace({});
  await removeChecks(whole(executor));
  expect(scripts.join("\n")).toMatch(/-force/);
  expect(scripts.join("\n").match(/netns del \S+/g)).toHaveLength(2);
  expect(scripts.join("\n")).toMatch(/link del group \d+/);
});

describe("checks whose switch is elsewhere", () => {
  const [three] = WORLDS.slice(2);
  const [low, swp] = [three?.lower.name as string, three?.lower.port as string];
  const external = three?.topology.external;
  const atSwitch = new Set([three?.topology.switch, swp, external?.name, external?.port]);
  const cards: Readonly<Record<string, string>> = { [low]: "eth3", [swp]: "eth7" };
  const cabled = () => {
    const places = [fakePlace({}), fakePlace({})];
    const parts = places.map(({ executor }, index) => {
      const has = (device: string) => atSwitch.has(device) === (index === 1);
      return { executor, has, card: (device: string) => (has(device) ? cards[device] : undefined) };
    });
    return { stage: { parts }, said: () => places.map(({ scripts }) => scripts.join("\n")) as [string, string] };
  };
  const built = WORLDS.slice(2);

  test("each guest builds what is there; the lower device and its port are cards, and there is no cable to make", async () => {
    const { stage, said } = cabled();
    await buildChecks(stage, built);
    const [tested, switched] = said();
    expect(tested).toContain(`link set eth3 name ${low}`);
    expect(tested).toContain(`link add link ${low} name c2first`);
    expect(tested).not.toMatch(/c2(sw|ext)|fdb|veth/);
    expect(switched).toContain(`link set eth7 name ${swp}`);
    expect(switched).toContain(`link set ${swp} type bridge_slave hairpin on`);
    expect(switched).toContain("type veth peer name c2swp-ext");
    expect(switched).toContain(`dev ${swp} master static`);
    expect(switched).not.toMatch(/c2(low|first)/);
  });

  test("what is on a card is taken from it, and both cards are given back", async () => {
    const { stage, said } = cabled();
    await removeChecks(stage, built);
    const [tested, switched] = said();
    expect(tested.indexOf("link del c2first")).toBeGreaterThan(0);
    expect(tested.indexOf(`link set ${low} name eth3`)).toBeGreaterThan(tested.indexOf("link del c2first"));
    expect(switched).toContain(`link set ${swp} name eth7`);
    expect(switched).not.toContain("link del c2first");
  });

  test("a step is refused where it was taken: the switch's ports are told of the relay", async () => {
    const relayed: CheckSpec = {
      id: "relayed",
      text: "relayed",
      steps: [add("first"), { do: "relay", by: "ip", on: true }],
      look: { look: "relay" },
    };
    const worlds = checkWorlds([...CHECKS.slice(0, 2), relayed]).slice(2);
    const { stage } = cabled();
    const ran: string[] = [];
    const refusing = stage.parts.map((part, index) => ({
      ...part,
      executor: {
        ...part.executor,
        run: async (script: string) => {
          if (index === 0) return part.executor.run(script);
          ran.push(script);
          const lines = (/ip -force -batch - <<'END'\n([\s\S]*?)\nEND/.exec(script)?.[1] ?? "").split("\n");
          const refused = lines.lastIndexOf(`link set ${swp} type bridge_slave hairpin on`) + 1;
          return {
            status: 0,
            stdout: Buffer.from(JSON.stringify(LINKS)),
            stderr: `RTNETLINK answers: Operation not supported\nCommand failed -:${refused}\n`,
          };
        },
      },
    }));
    const [check] = await buildChecks({ parts: refusing }, worlds);
    expect(ran[0]).toContain("type bridge_slave hairpin on");
    expect(check?.errors).toEqual([undefined, "EOPNOTSUPP"]);
    expect(check?.lastCommand).toBe(`ip link set ${swp} type bridge_slave hairpin on`);
  });
});
