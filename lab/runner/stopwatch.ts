/** Seconds per phase of one kernel's run, added up over its scenarios. */
import type { KernelResult } from "../model/results.ts";

type Timed = Exclude<keyof KernelResult["seconds"], "total">;

export class Seconds {
  readonly #started = performance.now();
  readonly #phases: Record<Timed, number> = { boot: 0, topology: 0, traffic: 0, decode: 0 };

  add(phase: Timed, seconds: number): void {
    this.#phases[phase] += seconds;
  }

  timed<T>(phase: Timed, work: () => T): T {
    const started = performance.now();
    try {
      return work();
    } finally {
      this.add(phase, (performance.now() - started) / 1000);
    }
  }

  async during<T>(phase: Timed, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.add(phase, (performance.now() - started) / 1000);
    }
  }

  /** Rounded to milliseconds, with the total since this was made. */
  report(): KernelResult["seconds"] {
    const rounded = (seconds: number) => Math.round(seconds * 1000) / 1000;
    const { boot, topology, traffic, decode } = this.#phases;
    return {
      boot: rounded(boot),
      topology: rounded(topology),
      traffic: rounded(traffic),
      decode: rounded(decode),
      total: rounded((performance.now() - this.#started) / 1000),
    };
  }
}
