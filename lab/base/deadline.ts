/** Deadlines: no wait in the lab is without one. */
import { EnvironmentError, type ErrorParts } from "./errors.ts";

/** A wait ran out of time. Callers that know better turn it into their own error. */
export class DeadlineError extends EnvironmentError {}

/** Milliseconds a timer is late by, at least. */
const STOOD_STILL = 500;

/**
 * Resolves as `work` does, or fails after `milliseconds` with the subject and the time in the message.
 * The work itself is not stopped: pass what stops it to the scope that owns it. A process that stood still itself as time
 * ran out waits as long again: what it waits for may have come meanwhile.
 */
export async function within<T>(
  milliseconds: number,
  what: string,
  work: Promise<T>,
  parts: () => ErrorParts = () => ({}),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    const wait = (time: number) => {
      const due = performance.now() + time;
      timer = setTimeout(() => {
        const late = performance.now() - due;
        if (late > STOOD_STILL) wait(late);
        else reject(new DeadlineError(`"${what}" was not done after ${milliseconds} ms`, parts()));
      }, time);
    };
    wait(milliseconds);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
