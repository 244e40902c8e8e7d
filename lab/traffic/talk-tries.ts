/** One try of talks in every part: begun, come to rest, fenced, ended. What shows nothing is tried again. */
import { EnvironmentError } from "../base/errors.ts";
import type { Part } from "../topology/stage.ts";
import type { FenceLines } from "./talk-lines.ts";
import { DEADLINE_MS, quietFor } from "./talk-script.ts";
import type { LinesOf, PartnersInStep } from "./talk-steps.ts";

/** How often a try is made that shows nothing. */
export const TIMES = 3;

/** What a try is made of. */
export interface TryLines {
  /** Its mark, among others: the last one of that name counts. */
  readonly begin: LinesOf;
  readonly talks: LinesOf;
  /** Absent: there are none, whatever comes. */
  readonly fences?: (part: Part) => FenceLines;
  readonly end: LinesOf;
  /** Milliseconds of silence that end it, and those behind its fences. */
  readonly quiet: number;
  readonly fenceQuiet: number;
}

export class JointTries {
  readonly #steps: PartnersInStep;
  readonly #slowness: number;

  constructor(steps: PartnersInStep, slowness: number) {
    this.#steps = steps;
    this.#slowness = slowness;
  }

  /** What a guest stood still in is tried once more. */
  async untilProven(lines: TryLines): Promise<void> {
    for (let times = 1; times <= TIMES; times++) if (await this.#try(lines)) return;
  }

  /** Resolves to whether what is missing in it means anything: then there are fences. */
  async #try({ begin, talks, fences, end, quiet, fenceQuiet }: TryLines): Promise<boolean> {
    await this.#steps.step(begin);
    const isQuiet = (await this.#steps.settle(talks, this.#quiet(quiet))) === "quiet";
    if (isQuiet && fences) await this.fence(fences, fenceQuiet);
    // What is ended says so to its other end, which is not to come in the next try.
    if ((await this.#steps.settle(end, this.#quiet(fenceQuiet))) === "restless")
      throw new EnvironmentError("conversations that are over do not come to rest");
    return isQuiet;
  }

  /** All see them, whoever sends them: they are told of them before. */
  async fence(lines: (part: Part) => FenceLines, quiet: number): Promise<void> {
    const deadline = Math.round(DEADLINE_MS * this.#slowness);
    await this.#steps.step((part) => lines(part).expected, { exchange: false });
    await this.#steps.step((part) => [...lines(part).sent, `wait ${this.#quiet(quiet)} ${deadline}`]);
  }

  #quiet(quiet: number): number {
    return quietFor(quiet, this.#slowness);
  }
}
