/**
 * The errors people see. Each says: quoted subject, what happened, measured value, the command; then what mends it.
 * An error that is none of these is a bug of the lab and is shown with its stack.
 */

export interface ErrorParts {
  /** The tail of a console or of standard error, shown indented below the message. */
  readonly detail?: string;
  /** What the user can do about it: a sentence or a command. */
  readonly mend?: string;
  readonly cause?: unknown;
}

/** Base of every error that is shown without a stack trace. */
export abstract class LabError extends Error {
  abstract readonly exitCode: number;
  readonly detail: string | undefined;
  readonly mend: string | undefined;

  constructor(message: string, parts: ErrorParts = {}) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = new.target.name;
    this.detail = parts.detail;
    this.mend = parts.mend;
  }
}

/** The user asked for something that does not exist or does not make sense. */
export class UsageError extends LabError {
  readonly exitCode = 2;
}

/** The machine lacks something, or the lab itself failed. */
export class EnvironmentError extends LabError {
  readonly exitCode = 3;
}

/** The kernel under test crashed, hung, or never booted: a result about the kernel. */
export class KernelError extends LabError {
  readonly exitCode = 4;
}

/** One error as a person reads it: message, indented detail, mend. */
export function describeError(error: LabError): string {
  const lines = [error.message];
  if (error.detail)
    lines.push(
      ...error.detail
        .trimEnd()
        .split("\n")
        .map((line) => `    ${line}`),
    );
  if (error.mend) lines.push(`  -> ${error.mend}`);
  return lines.join("\n");
}

/** The last `count` lines of a text, for the `detail` of an error. */
export function tail(text: string, count = 12): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
