/** Figures of samples, and their ratios: what was measured in turns is divided round by round, so drift cancels out. */

export interface Summary {
  readonly median: number;
  /** The least and the greatest. */
  readonly spread: [number, number];
}

/** Undefined of no samples. */
export function summaryOf(samples: readonly number[]): Summary | undefined {
  const sorted = [...samples].sort((a, b) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  const median = middle.reduce((sum, one) => sum + one, 0) / middle.length;
  return { median: significant(median), spread: [significant(first), significant(last)] };
}

/** Of the rounds that have a sample of both. @param one by round; undefined where a round has none. */
export function ratioOf(
  one: readonly (number | undefined)[],
  other: readonly (number | undefined)[],
): Summary | undefined {
  const ratios = one.flatMap((sample, round) => {
    const divisor = other[round];
    return sample === undefined || !divisor ? [] : [sample / divisor];
  });
  return summaryOf(ratios);
}

/** Four digits are more than any repetition would show again. */
export function significant(value: number): number {
  return Number(value.toPrecision(4));
}
