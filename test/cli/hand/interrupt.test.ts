import { afterEach, expect, test, vi } from "vitest";
import { passInterrupt } from "../../../lab/cli/hand/interrupt.ts";

const usual = vi.fn();
afterEach(() => {
  process.off("SIGINT", usual);
  usual.mockClear();
});

test("the first interrupt is the command's, the second does the usual", () => {
  const first = vi.fn();
  process.once("SIGINT", usual);
  using _pass = passInterrupt(first);
  process.emit("SIGINT");
  expect([first.mock.calls.length, usual.mock.calls.length]).toEqual([1, 0]);
  process.emit("SIGINT");
  expect([first.mock.calls.length, usual.mock.calls.length]).toEqual([1, 1]);
});

test("afterwards all is as it was", () => {
  const first = vi.fn();
  process.once("SIGINT", usual);
  passInterrupt(first)[Symbol.dispose]();
  process.emit("SIGINT");
  expect([first.mock.calls.length, usual.mock.calls.length]).toEqual([0, 1]);
});
