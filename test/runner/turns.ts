/** So many at a time, whatever the number of tests vitest has under way. */
export class Turns {
  readonly #busy = new Set<Promise<unknown>>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    while (this.#busy.size >= this.#most) await Promise.race(this.#busy);
    const turn = work();
    const done: Promise<unknown> = turn.then(
      () => this.#busy.delete(done),
      () => this.#busy.delete(done),
    );
    this.#busy.add(done);
    return turn;
  }
}
