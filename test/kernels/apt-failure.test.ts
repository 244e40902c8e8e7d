import { describe, expect, test } from "vitest";
import { EnvironmentError, UsageError } from "../../lab/base/errors.ts";
import { aptFailure, missingPockets, UnreachableError, unsolvable } from "../../lab/kernels/apt-failure.ts";
import { recorded } from "./recorded.ts";

const failed = (stderr: string, stdout = "") => ({ command: "apt-get update", status: 100, stdout, stderr });

test("pockets the archive does not have", () => {
  const stderr = [
    "E: The repository 'http://mirror.example/debian nosuch Release' does not have a Release file.",
    "E: The repository 'http://mirror.example/debian nosuch-updates Release' does not have a Release file.",
  ].join("\n");
  expect(missingPockets(stderr)).toEqual([
    ["http://mirror.example/debian", "nosuch"],
    ["http://mirror.example/debian", "nosuch-updates"],
  ]);
  expect(missingPockets("E: The repository 'http://mirror.example/debian sid InRelease' is not signed.")).toEqual([]);
});

describe("why an index or package could not be had", () => {
  test.each([
    "E: Failed to fetch http://mirror.example/dists/sid/InRelease  Could not resolve 'mirror.example'",
    "E: Failed to fetch http://mirror.example/InRelease  503  Service Unavailable\nE: The repository 'x' is not signed.",
  ])("the archive is out of reach", (stderr) => {
    const error = aptFailure(failed(stderr), 'the index of "sid"', "/cache");
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.detail).toBe(stderr);
  });

  test("a signature nobody can verify is no network trouble", () => {
    const stderr = "W: GPG error: http://mirror.example: NO_PUBKEY 6ED0E7B8\nE: The repository 'x' is not signed.";
    const error = aptFailure(failed(stderr), 'the index of "sid"', "/cache");
    expect(error).not.toBeInstanceOf(UnreachableError);
    expect(error.mend).toContain("debian-archive-keyring");
  });

  test("a full disk names the place", () => {
    const error = aptFailure(failed("E: Write error - write (28: No space left on device)"), "x", "/cache/apt/sid");
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain('"/cache/apt/sid" has not enough room');
  });

  test("anything else keeps what apt said", () => {
    const error = aptFailure(failed("E: Strange"), "x", "/cache");
    expect([error.message, error.detail]).toEqual(["x: apt ended with status 100: apt-get update", "E: Strange"]);
  });
});

describe("why apt cannot install a kernel", () => {
  test("its other packages left the archive", () => {
    const error = unsolvable(
      failed("E: held broken packages.", recorded("backports-unmet.txt")),
      "k",
      "trixie-backports",
    );
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain('kernel "k" of "trixie-backports" cannot be had');
    expect(error.message).toContain('"linux-modules-6.19.14+deb13-cloud-amd64" left the archive');
    expect(error.message).not.toContain("linux-binary");
  });

  test.each([
    "E: Unable to locate package linux-image-cloud-amd64",
    "E: Package 'linux-image-cloud-amd64' has no installation candidate",
    "E: Version '1' for 'linux-image-cloud-amd64' was not found",
  ])("there is none: %s", (stderr) => {
    expect(unsolvable(failed(stderr), "linux-image-cloud-amd64", "sid")).toBeInstanceOf(UsageError);
  });
});
