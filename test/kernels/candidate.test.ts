import { describe, expect, test } from "vitest";
import { UsageError } from "../../lab/base/errors.ts";
import { chooseKernel, kernelNames, parseCandidates, upstream } from "../../lab/kernels/candidate.ts";
import { recorded } from "./recorded.ts";

const names = recorded("bookworm-names.txt").split("\n");
const candidates = parseCandidates(recorded("bookworm-cloud-show.txt"));

describe("names of kernel packages", () => {
  test("the cloud flavour's", () => {
    const cloud = kernelNames(names, "cloud", "amd64");
    expect(cloud).toContain("linux-image-6.1.0-56-cloud-amd64");
    expect(cloud.every((name) => name.endsWith("-cloud-amd64"))).toBe(true);
    expect(cloud).not.toContain("linux-image-cloud-amd64");
  });

  test("the generic flavour's leave out what only ends alike", () => {
    const generic = kernelNames(names, "generic", "amd64");
    expect(generic).toContain("linux-image-6.12.117+deb12-amd64");
    expect(generic.filter((name) => /cloud|rt|unsigned|dbg|template/.test(name))).toEqual([]);
    expect(generic).not.toContain("linux-image-amd64");
  });

  test("another architecture has none here", () => {
    expect(kernelNames(names, "cloud", "arm64")).toEqual([]);
  });
});

test("candidates are the kernels, newest first, without meta packages", () => {
  expect(candidates[0]).toEqual({
    package: "linux-image-6.12.117+deb12-cloud-amd64",
    version: "6.12.117-1~deb12u1",
    release: "6.12.117+deb12-cloud-amd64",
  });
  expect(candidates.at(-1)?.version).toBe("6.1.190-1");
  expect(candidates.map((each) => each.package)).not.toContain("linux-image-6.12-cloud-amd64");
});

test("a kernel two pockets list counts once", () => {
  const twice = recorded("bookworm-cloud-show.txt").repeat(2);
  expect(parseCandidates(twice)).toEqual(candidates);
});

describe("choosing", () => {
  test.each([
    ["package version", "6.1.192-2", "6.1.0-56-cloud-amd64"],
    ["upstream version", "6.1.190", "6.1.0-54-cloud-amd64"],
    ["release", "6.1.0-55-cloud-amd64", "6.1.0-55-cloud-amd64"],
    ["package version with a tilde", "6.12.101-1~deb12u1", "6.12.101+deb12-cloud-amd64"],
  ])("by %s", (_how, wanted, release) => {
    expect(chooseKernel(candidates, wanted, "bookworm").release).toBe(release);
  });

  test("by the beginning of a version, if only one begins so", () => {
    const two = candidates.filter(({ release }) => /^6\.1\.0-54|^6\.12\.117/.test(release));
    expect(chooseKernel(two, "6.1", "bookworm").version).toBe("6.1.190-1");
  });

  test("a release candidate, written either way", () => {
    const rc = [{ package: "linux-image-7.3-cloud-amd64", version: "7.3~rc7-1~exp1", release: "7.3-cloud-amd64" }];
    for (const wanted of ["7.3", "7.3~rc7", "7.3-rc7", "7.3~rc7-1~exp1", "7.3-cloud-amd64"]) {
      expect(chooseKernel(rc, wanted, "experimental")).toBe(rc[0]);
    }
  });

  test("an ambiguous version lists the candidates", () => {
    const error = refusal("6.1.192");
    expect(error.message).toBe('"6.1.192" names 2 kernels of "bookworm"');
    expect(error.detail).toBe("6.1.192-2  6.1.0-56-cloud-amd64\n6.1.192-1  6.1.0-55-cloud-amd64");
    expect(error.mend).toContain("=6.1.192-2");
  });

  test("a version is no beginning of a longer number", () => {
    expect(refusal("6.1.19").message).toContain('"6.1.19" is no kernel of "bookworm"');
  });

  test("an unknown version lists what there is", () => {
    expect(refusal("9.9").detail?.split("\n")).toHaveLength(candidates.length);
    expect(() => chooseKernel([], "9.9", "bookworm")).toThrow("which lists 0");
  });

  test("a long list is cut, and says so", () => {
    const many = Array.from({ length: 25 }, (_, n) => ({ package: `p${n}`, version: `6.1.${n}-1`, release: `r${n}` }));
    expect(refusal("9", many).detail).toMatch(/\nand 5 older ones$/);
  });
});

test.each([
  ["6.1.192-2", "6.1.192"],
  ["7.3~rc7-1~exp1", "7.3~rc7"],
  ["1:6.1.2-1", "6.1.2"],
])("upstream version of %s", (version, expected) => {
  expect(upstream(version)).toBe(expected);
});

function refusal(wanted: string, from = candidates): UsageError {
  try {
    chooseKernel(from, wanted, "bookworm");
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error(`${wanted} was not refused`);
}
