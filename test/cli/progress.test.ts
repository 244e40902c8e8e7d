import { describe, expect, test } from "vitest";
import { openProgress } from "../../lab/cli/progress.ts";
import type { RunEvent } from "../../lab/model/events.ts";

const EVENTS: readonly RunEvent[] = [
  { event: "start", kernels: ["k1", "k2"], scenarios: ["pairings", "basics"] },
  { event: "phase", kernel: "k1", phase: "boot", detail: "tcg" },
  { event: "phase", kernel: "k2", phase: "image" },
  { event: "note", text: "fetching" },
  { event: "note", kernel: "k2", text: "rebuilding" },
  { event: "phase", kernel: "k1", phase: "traffic" },
  { event: "kernel-end", kernel: "k1", seconds: 3.06, counts: { match: 10, mismatch: 1 } },
];

function shown(screen: { isTTY?: boolean; columns?: number }, events = EVENTS): { text: string; clear: () => string } {
  let text = "";
  const write = (piece: string) => {
    text += piece;
  };
  const { listener, clear } = openProgress({ ...screen, write });
  for (const event of events) listener(event);
  const before = text;
  return {
    text: before,
    clear: () => {
      clear();
      return text.slice(before.length);
    },
  };
}

const ESCAPE = "\x1b[";

/** What is on a terminal's screen in the end: understands "up N lines, erase below" (`ESC [NA ESC [J`), as it is used. */
function screenAfter(text: string): string[] {
  let lines: string[] = [];
  const put = (part: string) => {
    const [first = "", ...rest] = part.split("\n");
    lines = [...lines.slice(0, -1), (lines.at(-1) ?? "") + first, ...rest];
  };
  const [start = "", ...controls] = text.split(ESCAPE);
  put(start);
  for (const control of controls) {
    const up = /^(\d+)A$/.exec(control);
    if (up) lines = [...lines.slice(0, lines.length - 1 - Number(up[1])), ""];
    else if (control.startsWith("J")) put(control.slice(1));
    else throw new RangeError(`this screen does not know ${control}`);
  }
  return lines;
}

describe("piped", () => {
  test("a plain line per event", () => {
    expect(shown({}).text.split("\n")).toEqual([
      "pairings, basics on k1, k2",
      "k1: boot (tcg)",
      "k2: image",
      "fetching",
      "k2: rebuilding",
      "k1: traffic",
      "k1: done in 3.1 s: 10 match, 1 mismatch",
      "",
    ]);
  });

  test("nothing is taken back", () => {
    expect(shown({ isTTY: false }).text).not.toContain(ESCAPE);
    expect(shown({}).clear()).toBe("");
  });
});

describe("on a terminal", () => {
  test("one line per kernel, rewritten in place; notes stay above", () => {
    expect(screenAfter(shown({ isTTY: true, columns: 80 }).text)).toEqual([
      "pairings, basics on k1, k2",
      "fetching",
      "k2: rebuilding",
      "k1: done in 3.1 s: 10 match, 1 mismatch",
      "k2: image",
      "",
    ]);
  });

  test("no live line is wider than the screen: a wrapped one could not be taken back", () => {
    const phase: RunEvent = { event: "phase", kernel: "k".repeat(100), phase: "boot" };
    const lines = screenAfter(shown({ isTTY: true, columns: 40 }, [phase, phase]).text);
    expect(lines).toEqual(["k".repeat(39), ""]);
  });

  test("clear leaves what scrolled by and takes the live lines", () => {
    const { text, clear } = shown({ isTTY: true, columns: 80 });
    const after = clear();
    expect(screenAfter(text + after)).toEqual(["pairings, basics on k1, k2", "fetching", "k2: rebuilding", ""]);
  });
});
