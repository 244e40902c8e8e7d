import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { parseSites } from "../../lab/kernels/archive-site.ts";
import { suiteOf } from "../../lab/kernels/machine.ts";

describe("the machine's suite", () => {
  test("is its codename", () => {
    expect(suiteOf('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n')).toBe(
      "bookworm",
    );
  });

  test.each([
    ['ID=ubuntu\nPRETTY_NAME="Ubuntu 24.04"\nVERSION_CODENAME=noble\n', '"Ubuntu 24.04"'],
    ["ID=debian\n", "os-release"],
    ["", "os-release"],
  ])("is unknown elsewhere", (text, named) => {
    expect(() => suiteOf(text)).toThrow(EnvironmentError);
    expect(() => suiteOf(text)).toThrow(named);
  });
});

describe("the archive's sites", () => {
  const foreign = "http://other.example|nodistro|. nodistro|. nodistro";
  const main = "http://mirror.example/debian|bookworm|Debian|Debian";
  const security = "http://security.example|bookworm-security|Debian|Debian-Security";

  test("main and security, whatever stands between", () => {
    expect(parseSites([foreign, security, main, ""].join("\n"))).toEqual({
      main: "http://mirror.example/debian",
      security: "http://security.example",
    });
  });

  test("nothing is derived for a machine without a security archive", () => {
    expect(parseSites(main)).toEqual({ main: "http://mirror.example/debian" });
  });

  test("none of Debian", () => {
    expect(parseSites(foreign)).toBeUndefined();
    expect(parseSites("")).toBeUndefined();
  });
});
