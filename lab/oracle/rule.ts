/** What a rule is: one decision of the kernel, by itself and named, so that a test can turn any single one round. */

import type { DriverFacts } from "./generations.ts";

export interface Wording {
  /** Names of kernel functions; the first is the one the decision is made in. */
  readonly functions: readonly [string, ...string[]];
  /** One sentence for people that is true whichever way the decision falls. */
  readonly text: string;
}

export interface Rule<Args extends readonly unknown[] = readonly never[]> extends Wording {
  /** What reads differently on some kernels. */
  readonly varies?: (facts: DriverFacts) => Partial<Wording>;
  /** When a prediction quotes the rule. Default: whenever it is asked. */
  readonly quoted?: "when-true" | "when-false" | "never";
  readonly decide: (...args: Args) => boolean;
}

/** A rule, its arguments inferred from `decide`. */
export function rule<Args extends readonly unknown[]>(content: Rule<Args>): Rule<Args> {
  return content;
}
