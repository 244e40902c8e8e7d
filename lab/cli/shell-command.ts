/** `macvlab shell`: a terminal in a guest. Every key is the guest's, and so is the window. */
import { UsageError } from "../base/errors.ts";
import type { Job, TerminalSize } from "../base/job.ts";
import { Scope } from "../base/scope.ts";
import { type HandFlags, type HandGuest, kernelFault, openHandGuest } from "./hand/hand-guest.ts";
import { handOn } from "./hand/output.ts";
import { say } from "./hand/say.ts";
import { shellScript } from "./hand/script.ts";

/**
 * Resolves to 0 once the shell was left, whatever was the last thing done in it.
 * @throws UsageError without a terminal; KernelError when the kernel ends or hangs meanwhile.
 */
export async function shellCommand(flags: HandFlags): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UsageError("shell needs a terminal: standard input or output is none", {
      mend: "for one command: macvlab exec --kernel SPEC -- COMMAND",
    });
  await using scope = new Scope();
  const guest = await openHandGuest(flags, scope, say);
  say(`${guest.release}, up after ${guest.bootSeconds.toFixed(1)} s; leave with "exit" or Ctrl-D`);
  try {
    await converse(guest);
  } catch (error) {
    throw kernelFault(error, guest.findings()) ?? error;
  }
  for (const { title } of guest.findings()) say(`the kernel complained: ${title}`);
  return 0;
}

async function converse({ executor, directory, release, lost }: HandGuest): Promise<void> {
  const { stdin, stdout } = process;
  const script = shellScript(directory, release, process.env.TERM ?? "xterm");
  const onOutput = (_stream: string, chunk: Buffer) => handOn(process.stdout, chunk);
  const job = executor.start(script, { onOutput, terminal: windowSize() });
  const onResize = () => job.resize(windowSize());
  stdout.on("resize", onResize);
  stdin.setRawMode(true);
  const typing = type(job);
  try {
    await Promise.race([job.ended, lost]);
  } finally {
    stdin.setRawMode(false);
    stdout.off("resize", onResize);
    stdin.destroy(); // or its reader would keep this process
    await typing.catch(() => {});
  }
}

async function type(job: Job): Promise<void> {
  for await (const chunk of process.stdin) await job.write(chunk);
  job.end();
}

function windowSize(): TerminalSize {
  return { rows: process.stdout.rows ?? 24, columns: process.stdout.columns ?? 80 };
}
