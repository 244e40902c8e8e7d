/** `macvlab exec`: one command in a guest, as if it ran here: its output, its input, its exit code. */
import { DeadlineError, within } from "../base/deadline.ts";
import { LabError } from "../base/errors.ts";
import type { Job } from "../base/job.ts";
import { Scope } from "../base/scope.ts";
import { CANNOT_TEST, TIMED_OUT } from "./hand/exit-status.ts";
import { type HandFlags, type HandGuest, kernelFault, openHandGuest } from "./hand/hand-guest.ts";
import { passInterrupt } from "./hand/interrupt.ts";
import { handOn } from "./hand/output.ts";
import { say, sayError } from "./hand/say.ts";
import { commandScript } from "./hand/script.ts";

export interface ExecFlags extends HandFlags {
  /** Seconds. */
  readonly timeout?: number;
}

const [SIGINT, SIGPIPE] = [2, 13];

/** Resolves to the exit code: the command's own, or one of `exit-status.ts`. */
export async function execCommand(argv: readonly string[], flags: ExecFlags): Promise<number> {
  await using scope = new Scope();
  try {
    const guest = await openHandGuest(flags, scope, say);
    return await runIn(guest, argv, flags);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    sayError(error);
    // A bisection must not take what the lab could not do for what the kernel did.
    return error.exitCode === KERNEL_FAULT ? KERNEL_FAULT : CANNOT_TEST;
  }
}

const KERNEL_FAULT = 4;

async function runIn(guest: HandGuest, argv: readonly string[], { timeout }: ExecFlags): Promise<number> {
  const output = { stdout: process.stdout, stderr: process.stderr };
  const job = guest.executor.start(commandScript(argv, guest.directory), {
    onOutput: (stream, chunk) => handOn(output[stream], chunk),
  });
  using _interrupt = passInterrupt(() => job.signal(SIGINT));
  // As for a command whose reader went away here.
  const readerGone = () => job.signal(SIGPIPE);
  process.stdout.once("error", readerGone);
  const feeding = feed(job);
  try {
    const status = await underDeadline(Promise.race([job.ended, guest.lost]), timeout);
    for (const { title } of guest.findings()) say(`the kernel complained: ${title}`);
    return status;
  } catch (error) {
    if (error instanceof DeadlineError && timeout !== undefined) {
      say(`the command was not done after ${timeout} s`);
      return TIMED_OUT;
    }
    throw kernelFault(error, guest.findings()) ?? error;
  } finally {
    process.stdout.off("error", readerGone);
    process.stdin.destroy(); // or its reader would keep this process
    await feeding.catch(() => {});
  }
}

function underDeadline(ended: Promise<number>, timeout: number | undefined): Promise<number> {
  return timeout === undefined ? ended : within(timeout * 1000, "the command", ended);
}

/** A terminal is nobody's input: a script run by hand and by a bisection does the same. */
async function feed(job: Job): Promise<void> {
  if (!process.stdin.isTTY) for await (const chunk of process.stdin) await job.write(chunk);
  job.end();
}
