/** Deadlines: no wait in the lab is without one. */
import { EnvironmentError, type ErrorParts } from "./errors.ts";

/** A wait ran out of time. Callers that know better turn it into their own error. */
export class DeadlineError extends EnvironmentError {}

/**
 * Resolves as `work` does, or fails after `milliseconds` with the subject and the time in the message.
 * The work itself is not stopped: pass what stops it to the scope that owns it.
 */
export async function within<T>(
  milliseconds: number,
  what: string,
  work: Promise<T>,
  parts: () => ErrorParts = () => ({}),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new DeadlineError(`"${what}" was not done after ${milliseconds} ms`, parts()));
    timer = setTimeout(fail, milliseconds);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
