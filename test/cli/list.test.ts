import { afterEach, expect, test, vi } from "vitest";
import { listCommand } from "../../lab/cli/list-command.ts";
import { SCENARIOS } from "../../scenarios/index.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

test("list names every scenario, what it shows, its size and its claims", () => {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((piece) => {
    text += piece;
    return true;
  });
  expect(listCommand()).toBe(0);
  for (const { name, title, claims } of SCENARIOS) {
    expect(text).toMatch(new RegExp(`^${name} `, "m"));
    expect(text).toContain(title);
    for (const claim of claims) expect(text).toMatch(new RegExp(`\\b${claim}\\b`));
  }
  expect(text).toMatch(/^ +2840 cells a kernel; claims M3 /m);
  expect(text).toMatch(/^ +\d{4,} conversations a kernel; claims M3 /m);
  expect(text).toMatch(/^ +6 measurements a kernel \(slow\); claims M8$/m);
  expect(text).not.toMatch(/^ +a kernel/m);
  expect(text.endsWith("\n")).toBe(true);
});
