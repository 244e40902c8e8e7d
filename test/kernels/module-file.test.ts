import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UsageError } from "../../lab/base/errors.ts";
import { parseModule, readModuleFile } from "../../lab/kernels/module-file.ts";
import { moduleBytes, VERMAGIC } from "./module-bytes.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "macvlab-module-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function file(name: string, content: Buffer): Promise<string> {
  await writeFile(join(scratch, name), content);
  return join(scratch, name);
}

describe("a module says", () => {
  test("its name, its kernel and what it needs", () => {
    const bytes = moduleBytes({ name: "macvtap", depends: "macvlan,tap-core" });
    expect(parseModule(bytes, "/tmp/x.ko")).toEqual({
      name: "macvtap",
      vermagic: VERMAGIC,
      needs: ["macvlan", "tap_core"],
    });
  });

  test("nothing of its name before 4.13: then its file does", () => {
    expect(parseModule(moduleBytes(), "/tmp/virtio-net.ko.xz").name).toBe("virtio_net");
  });
});

test.each([
  ["m.ko", ["cat"]],
  ["m.ko.xz", ["xz", "-c"]],
  ["m.ko.zst", ["zstd", "-cq"]],
  ["misnamed.ko", ["gzip", "-c"]],
])("%s is read whatever it is packed with, its hash is that of the file", async (name, [program = "", ...args]) => {
  const packed = execFileSync(program, args, { input: moduleBytes({ name: "macvlan" }) });
  const facts = await readModuleFile(await file(name, packed));
  expect(facts).toMatchObject({ name: "macvlan", sha256: createHash("sha256").update(packed).digest("hex") });
});

describe("refused in a sentence", () => {
  const cases: readonly (readonly [string, Buffer, RegExp])[] = [
    ["an empty file", Buffer.alloc(0), /is not a kernel module but an empty file/],
    ["text", Buffer.from("hello, this is no module"), /is not a kernel module but no ELF file/],
    ["another architecture", moduleBytes({ machine: 183 }), /is not a kernel module but an ELF file for arm64/],
    ["a program", moduleBytes({ type: 2 }), /is not a kernel module but another ELF file/],
    ["cut off", moduleBytes().subarray(0, 200), /is damaged: it has 200 of at least \d+ bytes/],
    ["cut off in its head", moduleBytes().subarray(0, 40), /is damaged: it has 40 of at least 64 bytes/],
    ["cut off, packed", execFileSync("xz", ["-c"], { input: moduleBytes() }).subarray(0, 60), /is damaged: xz: /],
  ];
  test.each(cases)("%s", async (name, content, says) => {
    const failure = await readModuleFile(await file(`${name}.ko`, content)).catch((error) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toMatch(says);
    expect(failure.message).toContain(`"${join(scratch, `${name}.ko`)}"`);
  });

  test("a file that is not there, a directory", async () => {
    await expect(readModuleFile(join(scratch, "none.ko"))).rejects.toThrow(/cannot be read: ENOENT/);
    await expect(readModuleFile(scratch)).rejects.toThrow(/cannot be read: it is a directory/);
  });
});
