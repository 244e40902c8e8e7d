/** What the look of a check showed. */
import type { Evidence } from "../model/results.ts";

export interface Seen {
  /** The text that is held against the prediction. */
  readonly value: string;
  /** Why it proves nothing; absent where it can be judged. */
  readonly doubt?: string;
  /** What this kernel does not have that it takes; absent where it has all. */
  readonly missing?: string;
  readonly evidence?: Evidence[];
}
