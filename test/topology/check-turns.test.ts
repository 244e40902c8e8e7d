import { expect, test } from "vitest";
import type { Line, Tool } from "../../lab/topology/check-line.ts";
import { batchErrors, batchScript, Turns } from "../../lab/topology/check-turns.ts";

const line = (tool: Tool, text: string): Line => ({ tool, text });

test("steps of many checks share batches, each behind the one before it", () => {
  const turns = new Turns();
  const first = turns.add([line("ip", "a1"), line("ip-away", "a2"), line("ip", "a3")]);
  const second = turns.add([line("ip-away", "b1"), line("ip", "b2")]);
  const third = turns.add([line("ip", "c1"), line("ip", "c2"), line("shell", "c3")]);
  expect(turns.batches).toEqual([
    { tool: "ip", lines: ["a1", "c1", "c2"] },
    { tool: "ip-away", lines: ["a2", "b1"] },
    { tool: "ip", lines: ["a3", "b2"] },
    { tool: "shell", lines: ["c3"] },
  ]);
  expect(first).toEqual([
    { batch: 0, line: 1 },
    { batch: 1, line: 1 },
    { batch: 2, line: 1 },
  ]);
  expect(second.map(({ batch }) => batch)).toEqual([1, 2]);
  expect(third.at(-1)).toEqual({ batch: 3, line: 1 });
});

test("a refusal is found by its batch and its line there", () => {
  const turns = new Turns();
  turns.add([line("ip", "link add"), line("shell", "false"), line("ip-away", "link set x netns $$")]);
  const script = batchScript(turns.batches);
  expect(script.filter((one) => one.startsWith("echo"))).toHaveLength(2);
  expect(script).toContain("false || echo 'Command failed -:1' >&2");
  expect(script.join("\n")).toMatch(/ip -n \S+ -force -batch - <<END\nlink set x netns \$\$\nEND/);
  const stderr = [
    "RTNETLINK answers: File exists\nCommand failed -:1\n",
    "sh: no\nCommand failed -:1\n",
    "Error: argument\nCommand failed -:1\n",
  ].join("macvlab: next batch\n");
  expect(batchErrors(stderr).map((errors) => errors.get(1))).toEqual([
    "RTNETLINK answers: File exists",
    "sh: no",
    "Error: argument",
  ]);
});
