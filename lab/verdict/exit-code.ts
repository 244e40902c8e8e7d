/** The exit code of a run, from its results alone: 4 before 1 before 3, else 0. */
import type { Results } from "../model/results.ts";

export const EXIT = { expected: 0, mismatch: 1, usage: 2, environment: 3, kernel: 4 } as const;

/**
 * Whether an expectation was extrapolated plays no part: who runs the newest kernel to hear of changes hears of this one.
 */
export function exitCode(results: Results): number {
  if (results.kernels.some(({ health }) => health.status !== "ok")) return EXIT.kernel;
  const verdicts = new Set([...results.cells, ...results.checks].map(({ verdict }) => verdict));
  if (verdicts.has("mismatch")) return EXIT.mismatch;
  return verdicts.has("inconclusive") ? EXIT.environment : EXIT.expected;
}
