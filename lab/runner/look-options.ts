/** What it takes to look at a check's world by sending something through it. */
import type { BatchOptions, Ground } from "./cell-batch.ts";

export type LookOptions = BatchOptions & Pick<Ground, "clocksOff">;
