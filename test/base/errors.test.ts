import { describe, expect, test } from "vitest";
import { describeError, EnvironmentError, KernelError, LabError, tail, UsageError } from "../../lab/base/errors.ts";

describe("describeError", () => {
  test("is the message alone where there is nothing more to say", () => {
    expect(describeError(new UsageError('"x" is no mode'))).toBe('"x" is no mode');
  });

  test("indents every line of the detail, and ends with what mends it", () => {
    const error = new EnvironmentError("it failed", { detail: "one\n  two\n\n", mend: "apt-get install it" });
    expect(describeError(error)).toBe("it failed\n    one\n      two\n  -> apt-get install it");
  });

  test("leaves out an empty detail", () => {
    expect(describeError(new KernelError("it crashed", { detail: "", mend: "look" }))).toBe("it crashed\n  -> look");
  });
});

describe("errors", () => {
  test.each([
    [new UsageError("x"), 2, "UsageError"],
    [new EnvironmentError("x"), 3, "EnvironmentError"],
    [new KernelError("x"), 4, "KernelError"],
  ])("%s has an exit code and a name of its own", (error, code, name) => {
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({ exitCode: code, name });
  });

  test("keep their cause, and have none where none was given", () => {
    const cause = new Error("below");
    expect(new EnvironmentError("x", { cause }).cause).toBe(cause);
    expect("cause" in new EnvironmentError("x")).toBe(false);
  });
});

describe("tail", () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);

  test("is the last lines, blank ends aside", () => {
    expect(tail(`${lines.join("\n")}\n\n`, 2)).toBe("line 18\nline 19");
    expect(tail(lines.join("\n")).split("\n")).toHaveLength(12);
  });

  test("is everything where there is less", () => {
    expect(tail("one\ntwo\n", 5)).toBe("one\ntwo");
    expect(tail("", 5)).toBe("");
  });
});
