/** Scripts of cells: what they may name, and that ShellCheck has nothing to say of them. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { cellsOf, excludesEachOther } from "../../lab/model/cell.ts";
import type { CellResult } from "../../lab/model/results.ts";
import { renderRepro } from "../../reports/repro/script.ts";
import { pairings } from "../../scenarios/pairings.ts";

const cells = cellsOf(pairings.cells as NonNullable<typeof pairings.cells>);

const result = (cell: (typeof cells)[number]): CellResult => {
  const counts = excludesEachOther(cell) ? { error: "EINVAL" } : { copies: 1, echo: 0, wire: 1 };
  const id = `pairings host ${cell.placement} ${cell.traffic} it's`;
  return {
    ...cell,
    id,
    kernel: "host",
    observed: counts,
    expected: { ...counts, by: "oracle", rule: "" },
  } as unknown as CellResult;
};

const excluding = cells.filter((cell) => excludesEachOther(cell)).map(result);

const OPTIONS = { format: "script", release: "6.1.0" } as const;

describe("every cell's script", () => {
  const scripts = cells.map((cell) => renderRepro(result(cell), OPTIONS));

  test("names addresses for documentation only", () => {
    for (const script of new Set(scripts)) {
      for (const [address] of script.matchAll(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g)) expect(address).toMatch(/^192\.0\.2\./);
      for (const [address] of script.matchAll(/\b(?:[\da-f]{2}:){5}[\da-f]{2}\b/g))
        expect(address).toMatch(/^(00:00:5e:00:53:|01:00:5e:90:10:|ff:ff:ff:ff:ff:ff)/);
    }
    expect(new Set(scripts).size).toBeGreaterThan(1000);
  });

  test("has its topology at its head, and no line of it is a command", () => {
    expect(scripts[0]).toMatch(/^#!\/bin\/sh\n/);
    expect(scripts[0]).toContain("# | sw, external switch");
    for (const script of scripts) expect(script).not.toContain("macvlab");
  });

  test.each(["script", "kselftest"] as const)("is one ShellCheck has nothing to say of, as a %s", (format) => {
    const some = cells.filter((_, index) => index % 500 === 0).map((cell) => result(cell));
    for (const cell of [...some, ...excluding.slice(0, 1)]) {
      const input = renderRepro(cell, { ...OPTIONS, format });
      expect(() => execFileSync("shellcheck", ["-"], { input, stdio: ["pipe", "pipe", "pipe"] })).not.toThrow();
    }
  });

  test("waits for lines and counters, never for time to pass", () => {
    for (const script of new Set(scripts))
      expect(script.match(/^.*\bsleep\b.*$/gm) ?? []).toSatisfy((lines: readonly string[]) =>
        lines.every((line) => ['\tsleep "$1" &', "\t\tsleep 0.1"].includes(line)),
      );
  });

  test("starts one ip for all that is made in a namespace", () => {
    for (const script of scripts) {
      const made = [...script.matchAll(/^batch ip (\S+) /gm)].map(([, namespace]) => namespace);
      expect(made.length - new Set(made).size).toBeLessThanOrEqual(script.includes("\nrefused ") ? 1 : 0);
    }
  });

  test("asks for two that exclude each other by two names", () => {
    for (const cell of excluding) {
      const script = renderRepro(cell, OPTIONS);
      const asked = [...script.matchAll(/^refused \S+ '[^']+' (\S+)/gm)].map(([, name]) => name);
      expect(new Set(asked).size, script).toBe(2);
    }
    expect(excluding.length).toBeGreaterThan(100);
  });
});

test("a script for the kernel tree says so in its first lines", () => {
  const script = renderRepro(result(cells[0] as (typeof cells)[number]), { ...OPTIONS, format: "kselftest" });
  expect(script).toMatch(/^#!\/bin\/bash\n# SPDX-License-Identifier: GPL-2\.0\n/);
});

describe("what a script holds its counts against", () => {
  const cell = result(cells.find((one) => !excludesEachOther(one)) as (typeof cells)[number]);
  const seen = { copies: 2, echo: 1, wire: 1 };
  const mismatch = { ...cell, verdict: "mismatch", observed: seen } as CellResult;
  const render = (one: CellResult, format: "script" | "kselftest") => renderRepro(one, { ...OPTIONS, format });

  test("is what the run saw, for the script of a mismatch: 0 is the fault seen again", () => {
    const script = render(mismatch, "script");
    expect(script).toContain(`tell "$copies $echo $wire" '2 1 1'`);
    expect(script).toContain("# Exit status: 0 the same is seen here, ");
  });

  test("is what was to be seen, for a test of the kernel tree: it passes on a right kernel, and says so at its head", () => {
    const script = render(mismatch, "kselftest");
    expect(script).toContain(`tell "$copies $echo $wire" '1 0 1'`);
    expect(script).toContain(
      "# Held against what is expected: fails where the fault is, as on 6.1.0, passes on a right kernel.\n",
    );
    expect(script).not.toContain("the same is seen here");
    expect(script).toContain("# copies $copies echo $echo wire $wire, expected: copies 1 echo 0 wire 1");
  });

  test("is what was seen where a baseline expects nothing of a count", () => {
    const expected = { copies: 1, by: "baseline", rule: "" };
    expect(render({ ...mismatch, expected } as CellResult, "kselftest")).toContain("'1 1 1'");
  });

  test("is the refusal that was to be, in the kernel tree", () => {
    const [refused] = excluding;
    const odd = { ...refused, verdict: "mismatch", observed: { error: "EBUSY" } } as CellResult;
    expect(render(odd, "script")).toContain("'Device or resource busy'");
    expect(render(odd, "kselftest")).toContain("'Invalid argument'");
    expect(render(odd, "kselftest")).not.toContain("'Device or resource busy'");
  });

  test("is the same for both where the verdict is a match", () => {
    const tell = (format: "script" | "kselftest") =>
      /^tell .*$/m.exec(render({ ...cell, verdict: "match" }, format))?.[0];
    expect(tell("kselftest")).toBe(tell("script"));
  });
});
