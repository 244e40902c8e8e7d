import { describe, expect, test } from "vitest";
import { EnvironmentError, UsageError } from "../../lab/base/errors.ts";
import { writeFailure } from "../../lab/cli/write-failure.ts";

const errno = (code: string, path: string, syscall = "open") =>
  Object.assign(new Error(`${code}: in the system's words, ${syscall} '${path}'`), { code, path, syscall });

describe("writeFailure", () => {
  test.each([
    ["EACCES", /another place/],
    ["EROFS", /another place/],
    ["ENOSPC", /free some space/],
    ["ENOTDIR", /choose a directory/],
  ])("%s below the directory is a sentence with what mends it", (code, mend) => {
    const cause = errno(code, "/r/run/captures/k.pcapng");
    const failure = writeFailure("/r/run", cause) as EnvironmentError;
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect(failure.message).toBe(`"/r/run" cannot be written: ${code}: in the system's words`);
    expect(failure.mend).toMatch(mend);
    expect(failure.cause).toBe(cause);
  });

  test("a full disk tells no path when it fills while writing, and is one all the same", () => {
    const cause = Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      syscall: "write",
    });
    expect(writeFailure("/r/run", cause)).toBeInstanceOf(EnvironmentError);
  });

  test("a folder above the directory that could not be made is told as the directory's", () => {
    const failure = writeFailure("/root/a/run", errno("EACCES", "/root/a", "mkdir"));
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect(failure).toMatchObject({ message: expect.stringContaining('"/root/a/run" cannot be written') });
  });

  test.each([
    ["of another place", errno("EACCES", "/etc/shadow")],
    ["of a program that is not there", errno("ENOENT", "qemu", "spawn qemu")],
    ["of another kind", errno("EMFILE", "/r/run/x")],
    ["that is none of the file system's", new Error("a bug")],
    ["people can read already", new UsageError("x")],
  ])("an error %s is left as it is", (_what, error) => {
    expect(writeFailure("/r/run", error)).toBe(error);
  });
});
