import { describe, expect, test } from "vitest";
import { type Bound, fitClock } from "../../lab/traffic/clock-fit.ts";

/** Another clock that starts elsewhere and runs at another rate, and messages that take 20 to 400 us, each way. */
function messages(rate: number, offset: number, count = 400) {
  const delay = (index: number) => 20_000 + ((index * 7919) % 380_000);
  const moments = Array.from({ length: count }, (_, index) => index * 1_000_000);
  return {
    above: moments.map((x, index): Bound => ({ x, y: offset + rate * (x + delay(index)) })),
    below: moments.map((x, index): Bound => ({ x: x + delay(index + 3), y: offset + rate * x })),
    truth: (x: number) => offset + rate * x,
  };
}

describe.each([
  [1, 0],
  [1, -3_000_000_000],
  [1.000_05, 123_456_789],
  [0.83, 5],
  [1.29, 9e9],
])("a clock at rate %d, %d ns away", (rate, offset) => {
  const { above, below, truth } = messages(rate, offset);
  const fit = fitClock(above, below);

  test("is told within the error that is claimed, which is no more than the quickest messages leave open", () => {
    for (const { x } of [...above, ...below])
      expect(Math.abs((fit?.offset ?? 0) + (fit?.rate ?? 0) * x - truth(x))).toBeLessThanOrEqual((fit?.error ?? 0) + 1);
    expect(fit?.error).toBeLessThan(60_000 * rate);
    expect(fit?.even).toBe(true);
  });

  test("nothing arrives before it was sent", () => {
    const own = (x: number) => (fit?.offset ?? 0) + (fit?.rate ?? 0) * x;
    for (const { x, y } of above) expect(own(x)).toBeLessThanOrEqual(y + 1);
    for (const { x, y } of below) expect(own(x)).toBeGreaterThanOrEqual(y - 1);
  });
});

test("where nothing came back, nothing can be told", () => {
  expect(fitClock(messages(1, 0).above, [])).toBeUndefined();
  expect(fitClock([], messages(1, 0).below)).toBeUndefined();
});

test("a clock that was set meanwhile is no even one, and the error says by how much", () => {
  const { above, below } = messages(1, 0);
  const jump = ({ x, y }: Bound): Bound => ({ x: x > 150_000_000 && x < 250_000_000 ? x + 5_000_000 : x, y });
  const fit = fitClock(above.map(jump), below.map(jump));
  expect(fit?.even).toBe(false);
  expect(fit?.error).toBeGreaterThan(1_000_000);
});
