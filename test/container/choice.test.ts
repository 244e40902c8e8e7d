/** Which engine is meant, and what the doctor says of one. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEngine } from "../../lab/cli/doctor/engines.ts";
import { engineWish, isRunning, settleEngine, usualSocket } from "../../lab/container/choice.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "macvlab-choice-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("auto, private, or a socket of this machine", () => {
  expect(engineWish("auto")).toBe("auto");
  expect(engineWish("private")).toEqual({ kind: "private" });
  expect(engineWish("unix:///run/some.sock")).toEqual({ kind: "socket", socket: "/run/some.sock" });
  expect(engineWish("/run/some.sock")).toEqual({ kind: "socket", socket: "/run/some.sock" });
  expect(() => engineWish("tcp://there:2375")).toThrow('"tcp://there:2375" is no engine');
});

test("where it usually is, as the engine's own tools are told", () => {
  expect(usualSocket("")).toBe("/var/run/docker.sock");
  expect(usualSocket("unix:///run/user/1/docker.sock")).toBe("/run/user/1/docker.sock");
  expect(() => usualSocket("ssh://there")).toThrow('DOCKER_HOST is "ssh://there"');
});

test("what answers is told from nothing, and from what is no engine", async () => {
  expect(await isRunning(join(directory, "none"))).toBe(false);
  await writeFile(join(directory, "file"), "");
  expect(await isRunning(join(directory, "file"))).toBe(false); // what an ended one leaves refuses connections, as a file does
  const answers = (status: number, socket: string) => {
    const server = createServer((_, response) => response.writeHead(status).end());
    return new Promise<() => void>((resolve) => server.listen(socket, () => resolve(() => server.close())));
  };
  const end = await answers(200, join(directory, "engine"));
  expect(await isRunning(join(directory, "engine"))).toBe(true);
  end();
  const endOther = await answers(404, join(directory, "other"));
  await expect(isRunning(join(directory, "other"))).rejects.toThrow(
    /does not answer as a container engine: it answers with status 404/,
  );
  endOther();
});

test("auto without one is an engine of the lab's own", async () => {
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = `unix://${directory}/none`;
  const notes: string[] = [];
  expect(await settleEngine("auto", (text) => notes.push(text))).toEqual({ kind: "private" });
  expect(notes).toEqual([`no container engine runs at "${directory}/none": the lab starts one of its own`]);
  if (before === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = before;
});

test("an engine is described by what matters to its containers", () => {
  const info = { ServerVersion: "20.10.24", Driver: "overlay2", CgroupVersion: "2", CgroupDriver: "systemd" };
  expect(describeEngine(info)).toBe("20.10.24, storage overlay2, control groups v2 by systemd");
  expect(describeEngine(undefined)).toMatch(/^of an unknown version/);
});
