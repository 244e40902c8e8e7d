import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import {
  clearRunDirectory,
  discardEmpty,
  makeRunDirectory,
  newRunId,
  pointLatest,
} from "../../lab/cli/run-directory.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "macvlab-test-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const prepareRunDirectory = (path: string) => {
  const run = makeRunDirectory(path, false);
  clearRunDirectory(run);
  return run;
};

describe("newRunId", () => {
  test("sorts by time, and no two of one second are likely the same", () => {
    const at = new Date("2026-11-22T16:15:07.890Z");
    expect(newRunId(at)).toMatch(/^20261122-161507-[0-9a-f]{4}$/);
    expect(new Set(Array.from({ length: 20 }, () => newRunId(at))).size).toBeGreaterThan(15);
  });
});

describe("makeRunDirectory and clearRunDirectory", () => {
  test("makes it, with all above it, and its folders", () => {
    const directory = prepareRunDirectory(join(root, "a/b/run")).path;
    expect(readdirSync(directory).sort()).toEqual(["captures", "console"]);
  });

  test("removes what an earlier run left, and nothing else", () => {
    const directory = prepareRunDirectory(join(root, "run")).path;
    const files = [
      "captures/old.pcapng",
      "console/old.log",
      "results.json",
      "report.md",
      "manifest.json",
      "captures/mine.txt",
      "console/mine.pcapng",
      "notes.md",
      "old.log",
    ];
    for (const file of files) writeFileSync(join(directory, file), "x");
    mkdirSync(join(directory, "captures/folder"));
    prepareRunDirectory(directory);
    expect(files.filter((file) => existsSync(join(directory, file)))).toEqual(files.slice(5));
    expect(existsSync(join(directory, "captures/folder"))).toBe(true);
  });

  test("in the way of a file says so in a sentence, with what mends it", () => {
    writeFileSync(join(root, "file"), "x");
    for (const path of [join(root, "file"), join(root, "file/run")]) {
      const failing = () => prepareRunDirectory(path);
      expect(failing).toThrow(EnvironmentError);
      expect(failing).toThrow(`"${path}" cannot be written: `);
    }
    expect(readFileSync(join(root, "file"), "utf8")).toBe("x");
  });

  test("where nothing can be made ends, and says so", () => {
    expect(() => prepareRunDirectory("/proc/macvlab/run")).toThrow(EnvironmentError);
  });
});

describe("both beside what is not a run's", () => {
  test.each(["results.json", "captures/k.pcapng"])("leaves a directory named %s, and says so", (name) => {
    const { path } = prepareRunDirectory(join(root, "run"));
    mkdirSync(join(path, name));
    writeFileSync(join(path, "report.md"), "of an earlier run");
    const failing = () => prepareRunDirectory(path);
    expect(failing).toThrow(EnvironmentError);
    expect(failing).toThrow(`"${join(path, name)}" cannot be written: it is a directory`);
    expect(existsSync(join(path, "report.md"))).toBe(true);
  });
});

describe("makeRunDirectory", () => {
  test("leaves an earlier run as it is", () => {
    const { path } = prepareRunDirectory(join(root, "run"));
    const files = ["results.json", "captures/k.pcapng", "console/k.log"];
    for (const file of files) writeFileSync(join(path, file), "x");
    expect(makeRunDirectory(path, false).made).toEqual([]);
    expect(files.filter((file) => existsSync(join(path, file)))).toEqual(files);
  });

  test.each([
    ["somebody's latest", () => writeFileSync(join(root, "latest"), "precious"), "it is a file, not a link"],
    [
      "a directory of a file's name",
      () => mkdirSync(join(root, "run/manifest.json"), { recursive: true }),
      "directory",
    ],
    ["a file in a folder's place", () => writeFileSync(join(root, "run"), "x"), "cannot be written: "],
  ])("in the way of %s says so, and leaves nothing of its own", (_what, make, says) => {
    make();
    const before = readdirSync(root, { recursive: true });
    expect(() => makeRunDirectory(join(root, "run"), true)).toThrow(EnvironmentError);
    expect(() => makeRunDirectory(join(root, "run"), true)).toThrow(says);
    expect(readdirSync(root, { recursive: true })).toEqual(before);
  });

  test("asks for latest only where it is to be pointed", () => {
    writeFileSync(join(root, "latest"), "precious");
    expect(makeRunDirectory(join(root, "run"), false).path).toBe(join(root, "run"));
  });
});

describe("pointLatest", () => {
  test("points beside the directory at it, again and again", () => {
    for (const name of ["one", "two"]) {
      const directory = prepareRunDirectory(join(root, name)).path;
      pointLatest(directory);
      expect(readlinkSync(join(root, "latest"))).toBe(directory);
    }
    expect(readdirSync(root).sort()).toEqual(["latest", "one", "two"]);
  });

  test.each([
    ["directory", () => mkdirSync(join(root, "latest"))],
    ["file", () => writeFileSync(join(root, "latest"), "precious")],
  ])("leaves a %s of that name, nothing half done beside it, and says what mends it", (what, make) => {
    make();
    const { path } = prepareRunDirectory(join(root, "one"));
    expect(() => pointLatest(path)).toThrow(EnvironmentError);
    expect(() => pointLatest(path)).toThrow(`"${join(root, "latest")}" cannot be pointed at the run: it is a ${what}`);
    expect(readdirSync(root).sort()).toEqual(["latest", "one"]);
    expect(lstatSync(join(root, "latest")).isSymbolicLink()).toBe(false);
  });
});

describe("discardEmpty", () => {
  test("removes what a run that came to nothing made", () => {
    const directory = prepareRunDirectory(join(root, "run"));
    discardEmpty(directory);
    expect(readdirSync(root)).toEqual([]);
  });

  test("leaves what holds anything", () => {
    const directory = prepareRunDirectory(join(root, "run"));
    writeFileSync(join(directory.path, "console/k.log"), "x");
    discardEmpty(directory);
    expect(readdirSync(directory.path)).toEqual(["console"]);
  });

  test("leaves empty folders that were there before", () => {
    mkdirSync(join(root, "run/captures"), { recursive: true });
    discardEmpty(prepareRunDirectory(join(root, "run")));
    expect(readdirSync(join(root, "run"))).toEqual(["captures"]);
  });
});
