/** What a slow scenario's run is given beside the place it runs in. */
import type { Phase } from "../model/events.ts";
import type { Seconds } from "./stopwatch.ts";

export interface SlowOptions {
  /** The run's directory. */
  readonly directory: string;
  readonly application: string;
  /** Told before each phase. */
  readonly phase: (phase: Phase) => void;
  /** Added to. */
  readonly seconds: Seconds;
}
