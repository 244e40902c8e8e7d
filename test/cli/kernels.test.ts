/** The cache as `macvlab kernels` shows and empties it: entries as small as they come. */
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packageNames, renderCached, renderOrphans } from "../../lab/cli/kernels/cached.ts";
import { offerRows, renderOffers } from "../../lab/cli/kernels/offers.ts";
import { removeAll, removeSpecs } from "../../lab/cli/kernels/remove.ts";
import { renderKernel } from "../../lab/cli/kernels/show.ts";
import { time } from "../../lab/cli/kernels/text.ts";
import { cachedKernels, orphanedKernels } from "../../lab/kernels/index.ts";
import { sealEntry } from "../../lab/kernels/kernel-entry.ts";
import { writePointer } from "../../lab/kernels/spec-pointer.ts";
import { makePage } from "../../reports/terminal-text.ts";
import { type ScratchCache, scratchCache } from "../image/scratch-cache.ts";
import { moduleBytes } from "../kernels/module-bytes.ts";

const AT = Date.UTC(2026, 10, 22, 15, 46);
const RELEASE = "6.1.0-56-cloud-amd64";
const PIPE = makePage(Number.POSITIVE_INFINITY, false);
const [FIRST, SECOND] = ["0123456789abcdef", "fedcba9876543210"];

let cache: ScratchCache;
beforeEach(async () => {
  cache = await scratchCache();
  await addKernel(FIRST, RELEASE);
  for (const spec of ["debian:bookworm/cloud", "debian:bookworm/cloud=6.1.192"]) await point(spec, FIRST);
});
afterEach(() => cache[Symbol.asyncDispose]());

const point = (spec: string, entry: string) => writePointer({ spec, entry, at: AT });

async function addKernel(address: string, release: string): Promise<void> {
  const directory = join(cache.path, "kernels", address);
  await mkdir(join(directory, "modules"), { recursive: true });
  await writeFile(join(directory, "vmlinuz"), `the kernel ${release}`.padEnd(300_000));
  await writeFile(join(directory, "modules", "macvlan.ko"), moduleBytes({ name: "macvlan" }));
  await writeFile(join(directory, "modules", "modules.dep"), "macvlan.ko:\n");
  await writeFile(join(directory, "modules", "modules.builtin"), "kernel/net/ipv6/ipv6.ko\n");
  const packages = [{ name: `linux-image-${release}`, version: "6.1.192-2", sha256: "ab".repeat(32), size: 3 }];
  await sealEntry(directory, { release, version: "6.1.192-2", packages });
}

/** As the image cache keeps one. */
async function addImage(name: string, kernel: string): Promise<string> {
  const directory = join(cache.path, "images", "guest", name);
  await mkdir(directory, { recursive: true });
  await writeFile(
    join(directory, "manifest.json"),
    JSON.stringify({ facts: { kernel, userSpace: "lean" }, files: [] }),
  );
  await writeFile(join(directory, "initramfs.cpio"), "x".repeat(50_000));
  return directory;
}

async function hashOfFirst(): Promise<string> {
  const [first] = await cachedKernels();
  return first?.kernel?.sha256 ?? "";
}

describe("the list", () => {
  test("has a line per spec, and counts what they share once", async () => {
    const lines = (await renderCached(PIPE, await cachedKernels())).split("\n");
    expect(lines[0]).toMatch(/^SPEC +RELEASE +SIZE +IMAGES +ASKED +VERSION +FROM$/);
    const row = (spec: string) =>
      new RegExp(
        `^${spec} +${RELEASE} +0\\.\\d MB +0\\.0 MB  ${time(AT)}  6\\.1\\.192-2  bookworm: linux-image-${RELEASE}$`,
      );
    expect(lines[1]).toMatch(row("debian:bookworm/cloud"));
    expect(lines[2]).toMatch(row("debian:bookworm/cloud=6.1.192"));
    expect(lines[4]).toMatch(/^2 specs, 1 kernel, 0\.\d MB in /);
  });

  test("goes on in a second line where the page is narrow", async () => {
    const lines = (await renderCached(makePage(80, false), await cachedKernels())).split("\n");
    expect(lines[2]).toMatch(/^debian:bookworm\/cloud +6\.1/);
    expect(lines[3]).toMatch(/^ {4}.*6\.1\.192-2 {2}bookworm: linux-image/);
  });

  test("of an empty cache says so; of a damaged kernel too", async () => {
    expect(await renderCached(PIPE, [])).toMatch(/^no kernel in /);
    await writeFile(join(cache.path, "kernels", FIRST, "vmlinuz"), "");
    expect(await renderCached(PIPE, await cachedKernels())).toMatch(/cloud +\(damaged or gone\)/);
  });

  test("tells of kernels no spec means any more", async () => {
    await addKernel(SECOND, "6.1.0-55-cloud-amd64");
    const orphans = await orphanedKernels(await cachedKernels());
    expect(orphans).toEqual([join(cache.path, "kernels", SECOND)]);
    expect(await renderOrphans(orphans)).toMatch(/^1 more that no spec means any more, 0\.\d MB/);
  });

  test("writes the names of packages as a shell would expand them", () => {
    const of = (...names: string[]) => packageNames(names.map((name) => ({ name, version: "1", sha256: "" })));
    expect(of("linux-base-7.3-amd64", "linux-image-7.3-amd64")).toBe("linux-{base,image}-7.3-amd64");
    expect(of("linux-image-6.1-amd64")).toBe("linux-image-6.1-amd64");
  });
});

test("a suite's offer says what is cached, what it costs, and what cannot be had", async () => {
  const offer = (release: string, version: string, gone: string[]) => {
    return { package: `linux-image-${release}`, version, release, size: 34_700_000, gone };
  };
  const kernels = [
    offer("7.3-cloud-amd64", "7.3-1", []),
    offer("7.1-cloud-amd64", "7.1-1", ["linux-base-7.1-cloud-amd64", "linux-modules-7.1-cloud-amd64"]),
    offer(RELEASE, "6.1.192-2", []),
  ];
  const rows = offerRows({ kernels }, await cachedKernels());
  const text = renderOffers(PIPE, "debian:bookworm/cloud", AT, rows);
  expect(text.split("\n").map((line) => line.trim().replace(/ {2,}/g, " | "))).toEqual([
    `debian:bookworm/cloud: 2 of 3 kernels can be had, as of ${time(AT)}`,
    "SPEC | RELEASE | DOWNLOAD",
    "debian:bookworm/cloud=7.3-1 | 7.3-cloud-amd64 | 34.7 MB",
    "debian:bookworm/cloud=7.1-1 | 7.1-cloud-amd64 | cannot be had: no linux-base, linux-modules",
    `debian:bookworm/cloud=6.1.192-2 | ${RELEASE} | cached`,
    "",
  ]);
});

test("one kernel is shown with packages, modules, hashes and images", async () => {
  const image = await addImage("aa", await hashOfFirst());
  const [first] = await cachedKernels();
  if (!first?.kernel) throw new Error("the kernel is not in the cache");
  const text = await renderKernel(PIPE, first.kernel, AT);
  expect(text).toContain(`  sha256   ${first.kernel.sha256}\n`);
  expect(text).toMatch(new RegExp(`PACKAGES\n {2}linux-image-${RELEASE} +6\\.1\\.192-2 +(ab){32}\n`));
  expect(text).toMatch(/ {2}macvlan {2}[0-9a-f]{64} {2}macvlan\.ko\n/);
  expect(text).toContain("  built in: ipv6\n");
  expect(text).toMatch(/neither a module nor known to be built in: virtio_pci, virtio_console, macvtap/);
  expect(text).toMatch(new RegExp(`IMAGES\n {2}guest image, lean +0\\.1 MB +${image}\n`));
});

describe("removing", () => {
  const remove = async (...specs: string[]) => {
    const known = await cachedKernels();
    const victims = specs.map((spec) => ({ typed: spec, ...known.find((each) => each.spec === spec) }));
    return removeSpecs(victims, known);
  };
  const kernels = () => readdir(join(cache.path, "kernels"));

  test("a spec that shares its files leaves them, the last one takes them along, images too", async () => {
    const image = await addImage("aa", await hashOfFirst());
    const other = await addImage("bb", "another kernel's");
    expect(await remove("debian:bookworm/cloud")).toBe(
      "debian:bookworm/cloud: its files stay, debian:bookworm/cloud=6.1.192 has the same; 0.0 MB freed\n",
    );
    expect([await kernels(), existsSync(image)]).toEqual([[FIRST], true]);
    expect(await remove("debian:bookworm/cloud=6.1.192")).toMatch(
      /^debian:bookworm\/cloud=6\.1\.192: 0\.[1-9] MB freed\n$/,
    );
    expect([await kernels(), existsSync(image), existsSync(other)]).toEqual([[], false, true]);
    expect(await cachedKernels()).toEqual([]);
  });

  test("both at once frees them once", async () => {
    const text = await remove("debian:bookworm/cloud", "debian:bookworm/cloud=6.1.192");
    const freed = [...text.matchAll(/([\d.]+) MB freed/g)].map(([, megabytes]) => Number(megabytes));
    expect(freed).toHaveLength(3);
    expect(freed[2]).toBeGreaterThan(0);
    expect((freed[0] ?? 0) + (freed[1] ?? 0)).toBeCloseTo(freed[2] ?? 0, 5);
    expect(await kernels()).toEqual([]);
  });

  test("all leaves no kernel and no image, but what all kernels share", async () => {
    await addKernel(SECOND, "6.1.0-55-cloud-amd64");
    await addImage("aa", await hashOfFirst());
    await mkdir(join(cache.path, "images", "base", "cc"), { recursive: true });
    expect(await removeAll(await cachedKernels())).toMatch(/^removed 2 kernels and all images: 0\.\d MB freed\n$/);
    expect(await kernels()).toEqual([]);
    expect(await readdir(join(cache.path, "images", "guest"))).toEqual([]);
    expect(await readdir(join(cache.path, "images", "base"))).toEqual(["cc"]);
    expect(await readdir(join(cache.path, "specs"))).toEqual([]);
  });
});
