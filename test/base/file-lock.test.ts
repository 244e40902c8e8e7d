import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { lockFile } from "../../lab/base/file-lock.ts";

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "macvlab-test-"));
  path = join(directory, "deep", "lock");
});

afterEach(() => rm(directory, { recursive: true, force: true }));

test("who comes second waits, and is told so once", async () => {
  const events: string[] = [];
  const first = await lockFile(path, { deadline: 5000 });
  const second = lockFile(path, { deadline: 5000, onWait: () => events.push("waits") }).then(async (lock) => {
    events.push("has it");
    await lock[Symbol.asyncDispose]();
  });
  await expect.poll(() => events).toEqual(["waits"]);
  await first[Symbol.asyncDispose]();
  await second;
  expect(events).toEqual(["waits", "has it"]);
});

test("the deadline ends the waiting", async () => {
  await using _held = await lockFile(path, { deadline: 5000 });
  await expect(lockFile(path, { deadline: 50 })).rejects.toThrow(EnvironmentError);
  await expect(lockFile(path, { deadline: 0 })).rejects.toThrow(`"${path}" is locked by another run`);
});

test("a lock ends with its process, however that dies", async () => {
  await (await lockFile(path, { deadline: 5000 }))[Symbol.asyncDispose]();
  const other = spawn("flock", ["--exclusive", path, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(other.stdout, "data");
  await expect(lockFile(path, { deadline: 0 })).rejects.toThrow("locked by another run");
  other.stdin.destroy();
  other.kill("SIGKILL");
  await using _lock = await lockFile(path, { deadline: 5000 });
});
