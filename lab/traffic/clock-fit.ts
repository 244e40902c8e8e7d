/**
 * Two clocks against one another, from messages that went both ways: a message is received after it was sent, whatever the
 * clocks say. Each one from here to there bounds the other clock from above, each one back from below; of all straight
 * lines between the bounds the one in the middle is taken, and how far the others are from it is the error. Pure.
 */

/** A moment by the one clock (x) and the bound it puts on the other (y): nanoseconds since some origins. */
export interface Bound {
  readonly x: number;
  readonly y: number;
}

/** `y = offset + rate * x`. */
export interface ClockFit {
  readonly rate: number;
  readonly offset: number;
  /** Nanoseconds: between the first and the last bound, no clock that runs evenly and fits them all is further from it. */
  readonly error: number;
  /** Whether an even clock fits them all. */
  readonly even: boolean;
}

/** Rates a guest is let run with (`bootInStep`), and beyond. */
const RATES = [0.25, 4] as const;
const STEPS = 120;

/** @returns undefined where nothing went one of the ways. */
export function fitClock(above: readonly Bound[], below: readonly Bound[]): ClockFit | undefined {
  if (above.length === 0 || below.length === 0) return undefined;
  const [over, under] = [hull(above, 1), hull(below, -1)];
  const highest = (rate: number, at = 0) => Math.min(...over.map(({ x, y }) => y - rate * (x - at)));
  const lowest = (rate: number, at = 0) => Math.max(...under.map(({ x, y }) => y - rate * (x - at)));
  const gap = (rate: number) => highest(rate) - lowest(rate);
  const rate = peak(gap, ...RATES);
  const offset = (highest(rate) + lowest(rate)) / 2;
  if (gap(rate) < 0) return { rate, offset, error: -gap(rate), even: false };
  const rates = [edge(gap, rate, RATES[0]), edge(gap, rate, RATES[1])] as const;
  const errorAt = (at: number) => {
    const own = offset + rate * at;
    const most = highest(
      peak((one) => highest(one, at), ...rates),
      at,
    );
    const least = lowest(
      peak((one) => -lowest(one, at), ...rates),
      at,
    );
    return Math.max(most - own, own - least);
  };
  const moments = [...above, ...below].map(({ x }) => x);
  const ends = [moments.reduce((a, b) => Math.min(a, b)), moments.reduce((a, b) => Math.max(a, b))];
  return { rate, offset, error: Math.max(...ends.map(errorAt)), even: true };
}

/** The points that bound a straight line: the lower side of their hull (`sign` 1) or the upper (-1). */
function hull(points: readonly Bound[], sign: 1 | -1): Bound[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || sign * (a.y - b.y));
  const kept: Bound[] = [];
  for (const point of sorted) {
    for (let last = kept.at(-1); last; last = kept.at(-1)) {
      const before = kept.at(-2);
      if (last.x !== point.x && (!before || turn(before, last, point) * sign > 0)) break;
      if (last.x === point.x && sign * (last.y - point.y) <= 0) break;
      kept.pop();
    }
    if (kept.at(-1)?.x !== point.x) kept.push(point);
  }
  return kept;
}

function turn(a: Bound, b: Bound, c: Bound): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** Where a function that rises and then falls is highest. */
function peak(of: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < STEPS; step++) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (of(left) < of(right)) low = left;
    else high = right;
  }
  return (low + high) / 2;
}

/** The last place on the way from `inside` to `outside` where it is not negative. */
function edge(of: (x: number) => number, inside: number, outside: number): number {
  let [good, bad] = [inside, outside];
  for (let step = 0; step < STEPS; step++) {
    const middle = (good + bad) / 2;
    if (of(middle) >= 0) good = middle;
    else bad = middle;
  }
  return good;
}
