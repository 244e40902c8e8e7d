/**
 * Containers of a real engine, which the lab starts and stops: what they can say to each other, engines that refuse or are
 * not there, and what is left of one whose lab is killed.
 */
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { conversationsOf } from "../../lab/model/cell.ts";
import type { Results } from "../../lab/model/results.ts";
import { containers } from "../../scenarios/containers.ts";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { noRoot } from "../cli/privileged.ts";

const ASKED = conversationsOf(containers.conversations as NonNullable<typeof containers.conversations>);

/** Control groups have no owner among processes: they stay until somebody removes them. */
async function controlGroups(): Promise<string[]> {
  const all = await readdir("/sys/fs/cgroup", { recursive: true }).catch(() => []);
  return all.filter((path) => /(^|\/)macvlab-\d+(\/|$)/.test(path));
}

describe.skipIf(noRoot)("containers on an engine's macvlan networks", () => {
  let yard: Yard;
  beforeAll(async () => {
    yard = await openYard();
  });
  afterAll(() => yard[Symbol.asyncDispose]());

  const left = async () => [...(await yard.leftBehind()), ...(await controlGroups())];

  /** A directory with an engine of that script, before all others. */
  async function engineOf(script: string): Promise<NodeJS.ProcessEnv> {
    const directory = join(yard.directory, `engine-${script.length}`);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "dockerd"), `#!/bin/sh\n${script}\n`);
    await chmod(join(directory, "dockerd"), 0o755);
    return { PATH: `${directory}:${process.env.PATH}` };
  }

  test("talk as endpoints of their network's mode do, and nothing is left", { timeout: 150_000 }, async () => {
    const { code, stdout, stderr } = await yard.run(["run", "containers", "--out", "all"]);
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    const results = JSON.parse(await readFile(join(yard.directory, "all/results.json"), "utf8")) as Results;
    expect(results.cells).toHaveLength(ASKED.length);
    expect(results.cells.filter(({ verdict }) => verdict !== "match")).toEqual([]);
    const ends = results.cells.map(({ source, destination }) => [source.kind, destination.kind].join(">"));
    expect(new Set(ends)).toContain("container>container");
    expect(results.kernels[0]?.engine).toMatchObject({ version: expect.stringMatching(/^\d+\./), private: true });
    expect(await left()).toEqual([]);
  });

  test("an engine that refuses to start is told of in its own words", { timeout: 60_000 }, async () => {
    const env = await engineOf("echo 'failed to start daemon: no space for it' >&2; exit 1");
    const { code, stderr } = await yard.run(["run", "containers", "--out", "refused"], { env });
    expect([code, stderr]).toEqual([3, expect.stringContaining("failed to start daemon: no space for it")]);
    expect(stderr).toMatch(/the container engine (did not come up|ended)/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await left()).toEqual([]);
  });

  test("an engine that ends in mid-run is told of, and nothing is left", { timeout: 60_000 }, async () => {
    const running = yard.start(["run", "containers", "--out", "ended"]);
    await running.says(/host: conversations/);
    const [, engine] = /process (\d+) \S*dockerd /.exec((await left()).join("\n")) ?? [];
    process.kill(Number(engine), "SIGKILL");
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([3, expect.stringContaining("the container engine, the lab's own, ended while")]);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr).not.toMatch(/cleaning up/);
    await expect.poll(left, { timeout: 5_000, interval: 100 }).toEqual([]);
  });

  test("a lab that is killed leaves no engine, no container and no control group", { timeout: 120_000 }, async () => {
    const running = yard.start(["run", "containers", "--out", "killed"]);
    await running.says(/host: conversations/);
    expect((await left()).join("\n")).toContain("dockerd");
    running.process.kill("SIGKILL");
    await running.ended;
    await expect.poll(left, { timeout: 20_000, interval: 100 }).toEqual([]);
  });
});
