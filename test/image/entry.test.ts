import { readdir, readFile, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { type Entry, type EntryRequest, entry } from "../../lab/image/entry.ts";
import { type ScratchCache, scratchCache } from "./scratch-cache.ts";

let cache: ScratchCache;
let builds: number;
let notes: string[];

beforeEach(async () => {
  cache = await scratchCache();
  builds = 0;
  notes = [];
});
afterEach(() => cache[Symbol.asyncDispose]());

const request: EntryRequest<{ built: string }> = {
  what: "the thing",
  key: ["thing", "abc"],
  note: (line) => notes.push(line),
  build: async (scratch) => {
    builds += 1;
    await writeFile(join(scratch, "one"), "content");
    await writeFile(join(scratch, "not part of it"), "draft");
    return { files: ["one"], facts: { built: "yes" } };
  },
};

async function pathOf(found: Promise<Entry<unknown>>): Promise<string> {
  return (await found).files[0]?.path ?? "";
}

test("builds once, then finds it", async () => {
  const first = await entry(request);
  const second = await entry(request);
  expect(second).toEqual(first);
  expect(first.facts).toEqual({ built: "yes" });
  expect(first.files).toMatchObject([{ path: join(cache.path, "images/thing/abc/one"), size: 7 }]);
  expect([builds, notes]).toEqual([1, []]);
});

test("callers at the same time share one build", async () => {
  const all = await Promise.all([entry(request), entry(request), entry(request)]);
  expect(new Set(all.map((each) => each.files[0]?.sha256)).size).toBe(1);
  expect(builds).toBe(1);
});

test("leaves nothing but the entry behind", async () => {
  await entry(request);
  expect((await readdir(join(cache.path, "images/thing/abc"))).sort()).toEqual(["manifest.json", "one"]);
  expect(await readdir(join(cache.path, "images/scratch"))).toEqual([]);
});

describe("a damaged entry is said and built anew", () => {
  const damages: readonly [string, (path: string) => Promise<unknown>, RegExp][] = [
    ["truncated", (path) => truncate(path, 3), /has 3 of 7 bytes/],
    ["another content of the same size", (path) => writeFile(path, "CONTENT"), /has another content/],
    ["a manifest without files", (path) => writeFile(join(path, "../manifest.json"), "{}"), /no list of files/],
  ];
  test.each(damages)("%s", async (_name, damage, said) => {
    const path = await pathOf(entry(request));
    await damage(path);
    expect(await pathOf(entry(request))).toBe(path);
    expect(await readFile(path, "utf8")).toBe("content");
    expect(builds).toBe(2);
    expect(notes).toEqual([expect.stringMatching(said)]);
    await entry(request);
    expect(builds).toBe(2);
  });
});

test("a manifest cut off in the middle counts as not built", async () => {
  const path = await pathOf(entry(request));
  await truncate(join(path, "../manifest.json"), 20);
  await entry(request);
  expect(builds).toBe(2);
});

test("a file that was only touched is read once, and kept", async () => {
  const path = await pathOf(entry(request));
  await utimes(path, 1, 1);
  const again = await entry(request);
  expect(builds).toBe(1);
  expect(again.files[0]?.sha256).toHaveLength(64);
  const manifest = JSON.parse(await readFile(join(path, "../manifest.json"), "utf8"));
  expect(manifest.files[0].mtimeMs).toBe(1000);
});

test("a build that fails leaves no entry and no scratch directory", async () => {
  const failing = { ...request, build: () => Promise.reject(new EnvironmentError("no such luck")) };
  await expect(entry(failing)).rejects.toThrow("no such luck");
  expect(await readdir(join(cache.path, "images/scratch"))).toEqual([]);
  await entry(request);
  expect(builds).toBe(1);
});

test("a killed builder's scratch directory goes with the next build, a living one's stays", async () => {
  await entry({ ...request, key: ["thing", "first"] });
  const scratch = join(cache.path, "images/scratch");
  for (const name of ["build-old", "build-young"]) await writeFile(join(scratch, name), "");
  await utimes(join(scratch, "build-old"), 1, 1);
  await entry(request);
  expect(await readdir(scratch)).toEqual(["build-young"]);
});

test("a cache that cannot be written is an error naming it", async () => {
  await writeFile(join(cache.path, "images"), "a file where a directory should be");
  const failure = await entry(request).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(EnvironmentError);
  expect(String(failure)).toContain(join(cache.path, "images"));
  expect((await stat(join(cache.path, "images"))).isFile()).toBe(true);
});
