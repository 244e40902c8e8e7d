/**
 * Cleanup scopes: whatever must be undone is registered before it is done, and undone in reverse order, each step
 * with its own deadline. A failing step never stops the others and never masks the error that ended the work.
 */
import { within } from "./deadline.ts";

interface Undo {
  readonly what: string;
  /** Milliseconds. */
  readonly deadline: number;
  readonly run: () => unknown;
}

/** Milliseconds one undo step may usually take before it is given up and reported. */
const UNDO_DEADLINE = 10_000;

export class Scope implements AsyncDisposable {
  readonly #undo: Undo[] = [];
  readonly #report: (message: string) => void;

  /** @param report told of every undo step that failed; default: standard error. */
  constructor(report: (message: string) => void = (message) => process.stderr.write(`${message}\n`)) {
    this.#report = report;
  }

  /**
   * Registers an undo step. Call it before doing what it undoes.
   * @param slowness of the place it is done in: how many times longer than usual it may take.
   */
  defer(what: string, run: () => unknown, slowness = 1): void {
    this.#undo.push({ what, run, deadline: UNDO_DEADLINE * slowness });
  }

  /** Takes over a live resource; disposed with the scope. */
  use<T extends AsyncDisposable>(what: string, resource: T): T {
    this.defer(what, () => resource[Symbol.asyncDispose]());
    return resource;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let step = this.#undo.pop(); step; step = this.#undo.pop()) {
      const { what, run, deadline } = step;
      try {
        await within(deadline, what, Promise.resolve().then(run));
      } catch (error) {
        this.#report(`cleaning up "${what}" failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}
