/** What the agent tells of its progress through a port the emulator reads at once (`images/agent/progress.c`). */
import type { Readable } from "node:stream";

export interface Progress {
  /** Plans begun since the guest started; zero as well where it cannot tell. */
  readonly plans: number;
  /** Frames of the last plan that were sent or about to be. */
  readonly frames: number;
}

/** A plan begins; anything else is a frame. */
const BEGIN = 0;

export function readProgress(stream: Readable): () => Progress {
  const progress = { plans: 0, frames: 0 };
  stream.on("error", () => {}); // the guest's end is told of elsewhere
  stream.on("data", (bytes: Buffer) => {
    for (const byte of bytes) {
      if (byte !== BEGIN) progress.frames++;
      else Object.assign(progress, { plans: progress.plans + 1, frames: 0 });
    }
  });
  return () => ({ ...progress });
}
