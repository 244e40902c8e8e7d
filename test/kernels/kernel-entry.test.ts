import { appendFile, mkdir, mkdtemp, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  checkEntry,
  checkModules,
  discardEntry,
  entryArtefacts,
  openEntry,
  sealEntry,
} from "../../lab/kernels/kernel-entry.ts";
import { readPointer, writePointer } from "../../lab/kernels/spec-pointer.ts";

const ADDRESS = "0123456789abcdef";
const MODULE = "modules/kernel/macvlan.ko.xz";
const packages = [{ name: "linux-image-6.1.0-56-cloud-amd64", version: "6.1.192-2", sha256: "aa", size: 3 }];
const origin = { release: "6.1.0-56-cloud-amd64", version: "6.1.192-2", packages };

let cache: string;
let entry: string;
let before: string | undefined;

beforeEach(async () => {
  before = process.env.MACVLAB_CACHE;
  cache = await mkdtemp(join(tmpdir(), "macvlab-test-"));
  process.env.MACVLAB_CACHE = cache;
  entry = join(cache, "kernels", ADDRESS);
  await mkdir(join(entry, "modules", "kernel"), { recursive: true });
  for (const name of ["vmlinuz", "config", "modules/modules.dep", MODULE]) await writeFile(join(entry, name), name);
  await sealEntry(entry, origin);
});

afterEach(async () => {
  if (before === undefined) delete process.env.MACVLAB_CACHE;
  else process.env.MACVLAB_CACHE = before;
  await rm(cache, { recursive: true, force: true });
});

test("an intact entry opens as a kernel", async () => {
  const opened = await openEntry(ADDRESS);
  if (!opened) throw new Error("not opened");
  const kernel = entryArtefacts("debian:bookworm", opened.directory, opened.manifest);
  expect(kernel).toMatchObject({
    spec: "debian:bookworm",
    release: "6.1.0-56-cloud-amd64",
    version: [6, 1, 192],
    vmlinuz: join(entry, "vmlinuz"),
    modulesDirectory: join(entry, "modules"),
    config: join(entry, "config"),
    packages: [{ name: "linux-image-6.1.0-56-cloud-amd64", version: "6.1.192-2", sha256: "aa" }],
  });
  expect(kernel.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test("there is no entry where there is nothing", async () => {
  expect(await checkEntry(join(cache, "kernels", "none"))).toBeUndefined();
  expect(await openEntry("none")).toBeUndefined();
});

describe("damage", () => {
  const broken = () => checkEntry(entry);

  test("a file cut short", async () => {
    await truncate(join(entry, "vmlinuz"), 3);
    expect(await broken()).toEqual({ broken: "vmlinuz has 3 bytes instead of 7" });
    expect(await openEntry(ADDRESS)).toBeUndefined();
  });

  test("a missing file", async () => {
    await rm(join(entry, "modules/modules.dep"));
    expect(await broken()).toEqual({ broken: "modules/modules.dep is missing" });
  });

  test("other content of the same size", async () => {
    await writeFile(join(entry, "config"), "gifnoc");
    await utimes(join(entry, "config"), 1, 1);
    expect(await broken()).toEqual({ broken: "config has other content" });
  });

  test("another time alone is none", async () => {
    await utimes(join(entry, "vmlinuz"), 1, 1);
    expect(await broken()).toMatchObject({ release: origin.release });
  });

  test("a manifest cut short, of another layout, or gone", async () => {
    const manifest = join(entry, "manifest.json");
    const text = await readFile(manifest, "utf8");
    await writeFile(manifest, text.slice(0, -5));
    expect(await broken()).toEqual({ broken: "manifest.json is damaged" });
    await writeFile(manifest, text.replace("macvlab.kernel/", "macvlab.other/"));
    expect(await broken()).toEqual({ broken: "manifest.json is damaged" });
    await rm(manifest);
    expect(await broken()).toEqual({ broken: "manifest.json is missing" });
  });

  test("a damaged module shows when it is asked for, not before", async () => {
    expect(await checkModules(entry, [MODULE])).toBeUndefined();
    await appendFile(join(entry, MODULE), "x");
    expect(await broken()).toMatchObject({ release: origin.release });
    expect(await checkModules(entry, ["modules/kernel/other.ko"])).toBeUndefined();
    expect(await checkModules(entry, [MODULE])).toMatch(/macvlan.ko.xz has 29 bytes instead of 28/);
  });

  test("the list of modules is checked when the entry is opened", async () => {
    await writeFile(join(entry, "modules.json"), "[]");
    expect(await broken()).toMatchObject({ broken: expect.stringContaining("modules.json has 2 bytes") });
    await rm(join(entry, "modules.json"));
    expect(await checkModules(entry, [MODULE])).toBe("modules.json is damaged");
  });

  test("what is thrown away is gone, and told", async () => {
    const notes: string[] = [];
    await discardEntry(entry, "vmlinuz is missing", (line) => notes.push(line));
    expect(await checkEntry(entry)).toBeUndefined();
    expect(notes).toEqual([`cached kernel "${entry}" is damaged (vmlinuz is missing): thrown away`]);
  });
});

describe("a pointer", () => {
  const pointer = { spec: "debian:sid/cloud=7.3~rc7-1~exp1", entry: ADDRESS, at: 1_700_000_000_000 };

  test("is read as it was written", async () => {
    await writePointer({ ...pointer, at: 1 });
    await writePointer(pointer);
    expect(await readPointer(pointer.spec)).toEqual(pointer);
  });

  test("is none when it is absent or damaged", async () => {
    expect(await readPointer(pointer.spec)).toBeUndefined();
    await writePointer(pointer);
    await writeFile(join(cache, "specs", `${encodeURIComponent(pointer.spec)}.json`), '{"spec":');
    expect(await readPointer(pointer.spec)).toBeUndefined();
  });

  test("cannot name a place outside the cache", async () => {
    await writePointer({ ...pointer, entry: "../../etc" });
    expect(await readPointer(pointer.spec)).toBeUndefined();
  });
});
