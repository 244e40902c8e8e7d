import { describe, expect, test } from "vitest";
import { UsageError } from "../../lab/base/errors.ts";
import { canonicalSpec, type DebianSpec, parseKernelSpec } from "../../lab/kernels/kernel-spec.ts";

describe("a Debian spec", () => {
  test.each([
    ["debian:bookworm", { suite: "bookworm", flavour: "cloud" }],
    ["debian:trixie-backports/generic", { suite: "trixie-backports", flavour: "generic" }],
    ["debian:sid=7.3~rc4-1~exp1", { suite: "sid", flavour: "cloud", version: "7.3~rc4-1~exp1" }],
    [
      "debian:bookworm/cloud=6.1.0-56-cloud-amd64",
      { suite: "bookworm", flavour: "cloud", version: "6.1.0-56-cloud-amd64" },
    ],
    [
      "debian:bookworm=6.12.117+deb12-cloud-amd64",
      { suite: "bookworm", flavour: "cloud", version: "6.12.117+deb12-cloud-amd64" },
    ],
  ])("%s", (text, parts) => {
    expect(parseKernelSpec(text)).toEqual({ kind: "debian", ...parts });
  });

  test("is the same however it is written", () => {
    const written = ["debian:sid", "debian:sid/cloud"].map((text) =>
      canonicalSpec(parseKernelSpec(text) as DebianSpec),
    );
    expect(written).toEqual(["debian:sid/cloud", "debian:sid/cloud"]);
    expect(canonicalSpec(parseKernelSpec("debian:sid/generic=7.2") as DebianSpec)).toBe("debian:sid/generic=7.2");
  });
});

describe("a file spec", () => {
  test.each([
    ["file:/boot/vmlinuz", { vmlinuz: "/boot/vmlinuz" }],
    ["file:bzImage,modules=out/lib", { vmlinuz: "bzImage", modules: "out/lib" }],
    ["file:odd,name,modules=a,b", { vmlinuz: "odd,name", modules: "a,b" }],
  ])("%s", (text, parts) => {
    expect(parseKernelSpec(text)).toEqual({ kind: "file", ...parts });
  });
});

test("a build tree", () => {
  expect(parseKernelSpec("tree:../linux,odd")).toEqual({ kind: "tree", directory: "../linux,odd" });
});

test("the running kernel, and its installed files", () => {
  expect(parseKernelSpec("host")).toEqual({ kind: "host" });
  expect(parseKernelSpec("running")).toEqual({ kind: "running" });
});

test.each([
  "",
  "bookworm",
  "debian:",
  "debian:/cloud",
  "debian:../../etc",
  "debian:bookworm=",
  "debian:bookworm=$(id)",
  "debian:bookworm/cloud/generic",
  "file:",
  "tree:",
  "file:a,modules=",
  "file:a,config=b",
  "file:a,modules=b,modules=c",
])('"%s" is refused', (text) => {
  expect(() => parseKernelSpec(text)).toThrow(UsageError);
});

test("what exists is named", () => {
  expect(refusal("qemu:/src").mend).toMatch(/debian:SUITE.*file:VMLINUZ.*tree:DIR.*running.*host/);
  const flavour = refusal("debian:bookworm/rt");
  expect(flavour.message).toContain('"rt"');
  expect(flavour.mend).toBe('the flavours are "cloud" and "generic"');
});

function refusal(text: string): UsageError {
  try {
    parseKernelSpec(text);
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error(`${text} was not refused`);
}
