import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UsageError } from "../../lab/base/errors.ts";
import { mountedDirectories, startDirectory } from "../../lab/guest/mounted-directory.ts";

let top: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "macvlab-test-")));
  for (const name of ["one/inside", "one-more"]) mkdirSync(join(top, name), { recursive: true });
  symlinkSync("one", join(top, "link"));
  writeFileSync(join(top, "file"), "");
});
afterEach(() => rmSync(top, { recursive: true }));

test("each directory once, without links, and without what lies in another", () => {
  const named = ["one/inside", "link", "one-more", "one"].map((name) => join(top, name));
  expect(mountedDirectories(named)).toEqual([join(top, "one"), join(top, "one-more")]);
});

test.each([
  ["gone", "no such directory"],
  ["file", "not a directory"],
])("%s is refused: %s", (name, why) => {
  const path = join(top, name);
  expect(() => mountedDirectories([path])).toThrow(`"${path}" cannot be mounted: ${why}`);
});

test.each(["/", "/usr", "/proc/self", "/dev/"])("%s is the guest's own", (path) => {
  expect(() => mountedDirectories([path])).toThrow(UsageError);
  expect(() => mountedDirectories([path])).toThrow(/the guest has a .* of its own/);
});

test("a command starts where the user is, if the guest has that, else in the first directory", () => {
  const directories = [join(top, "one"), join(top, "one-more")];
  expect(startDirectory(directories, join(top, "link/inside"))).toBe(join(top, "one/inside"));
  expect(startDirectory(directories, join(top, "one-more"))).toBe(join(top, "one-more"));
  expect(startDirectory(directories, top)).toBe(join(top, "one"));
  expect(startDirectory([], top)).toBe("/root");
});
