import { readFile, stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { $ } from "zx";
import { agentProgram } from "../../lab/image/index.ts";
import { scratchCache } from "./scratch-cache.ts";

test("is compiled once, and to the same bytes in another cache", async () => {
  await using first = await scratchCache();
  const path = await agentProgram();
  const before = await stat(path);
  expect(await agentProgram()).toBe(path);
  expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
  expect(path.startsWith(first.path)).toBe(true);
  const bytes = await readFile(path);

  await using second = await scratchCache();
  const other = await agentProgram();
  expect(other.startsWith(second.path)).toBe(true);
  expect((await readFile(other)).equals(bytes)).toBe(true);
  expect(bytes.includes(first.path)).toBe(false);
});

test("runs, and needs no library and no loader", async () => {
  await using _cache = await scratchCache();
  const path = await agentProgram();
  const headers = await $({ quiet: true })`readelf --wide --program-headers --dynamic ${path}`;
  expect(headers.stdout).not.toMatch(/INTERP|NEEDED/);
  const started = await $({ quiet: true, nothrow: true, input: "" })`${path} no-such-command`;
  expect(started.exitCode).toBe(2);
  expect(started.stderr).toMatch(/^usage: /);
});
