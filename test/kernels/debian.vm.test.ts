/** Fetches from the archive the machine's apt is configured for; needs a network, no root. */
import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UsageError } from "../../lab/base/errors.ts";
import { modulesOf, resolveKernel } from "../../lab/kernels/index.ts";

let cache: string;
let before: string | undefined;

beforeAll(async () => {
  before = process.env.MACVLAB_CACHE;
  cache = await mkdtemp(join(tmpdir(), "macvlab-test-"));
  process.env.MACVLAB_CACHE = cache;
});

afterAll(async () => {
  if (before === undefined) delete process.env.MACVLAB_CACHE;
  else process.env.MACVLAB_CACHE = before;
  await rm(cache, { recursive: true, force: true });
});

async function resolve(spec: string) {
  const notes: string[] = [];
  return { kernel: await resolveKernel(spec, { note: (line) => notes.push(line) }), notes };
}

describe("bookworm's cloud kernel", () => {
  test("is fetched once, by two who ask at the same time", async () => {
    const [first, second] = await Promise.all([resolve("debian:bookworm/cloud"), resolve("debian:bookworm")]);
    const fetches = [...first.notes, ...second.notes].filter((line) => line.startsWith("fetching"));
    expect(fetches).toHaveLength(1);
    expect(first.kernel).toMatchObject({ spec: "debian:bookworm/cloud", version: [6, 1, expect.any(Number)] });
    expect(second.kernel).toEqual({ ...first.kernel, spec: "debian:bookworm" });
    expect(first.kernel.release).toMatch(/^6\.1\.0-\d+-cloud-amd64$/);
  });

  test("is the kernel its own header says", async () => {
    const { kernel, notes } = await resolve("debian:bookworm/cloud");
    expect(notes).toEqual([]);
    const { release, version, sha256 } = await resolveKernel(
      `file:${kernel.vmlinuz},modules=${kernel.modulesDirectory}`,
    );
    expect({ release, version, sha256 }).toEqual({
      release: kernel.release,
      version: kernel.version,
      sha256: kernel.sha256,
    });
  });

  test("has its modules in load order", async () => {
    const { kernel } = await resolve("debian:bookworm/cloud");
    const { files, missing } = await modulesOf(kernel, ["macvtap", "bridge", "no_such_module"]);
    const names = files.map(({ name }) => name);
    expect(missing).toEqual(["no_such_module"]);
    expect(names.indexOf("macvlan")).toBeLessThan(names.indexOf("macvtap"));
    expect(names).toEqual(expect.arrayContaining(["llc", "stp", "bridge", "tap", "macvlan"]));
  });

  test("is mended when a file or a module is damaged", async () => {
    const { kernel } = await resolve("debian:bookworm/cloud");
    await truncate(kernel.vmlinuz, 1000);
    const mended = await resolve("debian:bookworm/cloud");
    expect(mended.kernel).toEqual(kernel);
    expect(mended.notes.join("\n")).toMatch(/vmlinuz has 1000 bytes instead of \d+\): thrown away/);
    const [macvlan] = (await modulesOf(kernel, ["macvlan"])).files;
    await truncate(macvlan?.path ?? "", 10);
    const notes: string[] = [];
    expect((await modulesOf(kernel, ["macvlan"], (line) => notes.push(line))).files).toEqual([macvlan]);
    expect(notes.join("\n")).toMatch(/macvlan\.ko has 10 bytes instead of \d+\): thrown away/);
  });
});

describe("what does not exist is refused", () => {
  test.each(["debian:no-such-suite", "debian:bookworm=1.2.3", "debian:bookworm=6"])("%s", async (spec) => {
    await expect(resolve(spec)).rejects.toThrow(UsageError);
  });

  test("and leaves nothing half made", async () => {
    const kernels = await readdir(join(cache, "kernels"));
    expect(kernels.filter((name) => !/^[0-9a-f]{32}$/.test(name))).toEqual([]);
    expect(kernels).toHaveLength(1);
  });
});
