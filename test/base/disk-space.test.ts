import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { cacheFailure, requireSpace } from "../../lab/base/disk-space.ts";
import { EnvironmentError, UsageError } from "../../lab/base/errors.ts";

test("what fits is let pass, what does not names path and need", async () => {
  await requireSpace(tmpdir(), 1);
  await expect(requireSpace(tmpdir(), 1e18)).rejects.toThrow(
    `"${tmpdir()}" has not enough room: 1000000000000.0 MB needed`,
  );
});

describe("a refusal of the file system", () => {
  const refusal = (code: string) => Object.assign(new Error(`${code}: no`), { code });

  test("for want of room", () => {
    const error = cacheFailure(refusal("ENOSPC"), "/cache", 135e6);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({ message: '"/cache" has not enough room: 135.0 MB needed', detail: "ENOSPC: no" });
  });

  test("for want of permission", () => {
    expect(cacheFailure(refusal("EACCES"), "/cache")).toMatchObject({ mend: expect.stringContaining("MACVLAB_CACHE") });
  });

  test("anything else stays what it is", () => {
    const usage = new UsageError("no");
    const bug = new TypeError("bug");
    expect(cacheFailure(usage, "/cache")).toBe(usage);
    expect(cacheFailure(bug, "/cache")).toBe(bug);
  });
});
