import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { writeRunFile } from "../../lab/cli/written-file.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "macvlab-test-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe("writeRunFile", () => {
  test("writes the whole file, in place of an earlier one", () => {
    writeRunFile(root, "results.json", "one");
    writeRunFile(root, "results.json", "two");
    expect(readFileSync(join(root, "results.json"), "utf8")).toBe("two");
    expect(readdirSync(root)).toEqual(["results.json"]);
  });

  test("that fails leaves the earlier file as it was, and no half one", () => {
    mkdirSync(join(root, "report.md"));
    expect(() => writeRunFile(root, "report.md", "x")).toThrow();
    expect(readdirSync(root)).toEqual(["report.md"]);
    expect(() => writeRunFile(join(root, "nowhere"), "x", "x")).toThrow(EnvironmentError);
  });
});
