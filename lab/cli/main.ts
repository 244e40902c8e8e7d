#!/usr/bin/env node
/** The `macvlab` command: arguments in, exit code out. Everything else is behind the commands. */
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { describeError, LabError, UsageError } from "../base/errors.ts";
import { VERSION } from "./version.ts";

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

function program(done: (code: number) => void): Command {
  const macvlab = new Command("macvlab")
    .description("who can talk to whom over macvlan and macvtap, on real kernels, with evidence")
    .version(VERSION)
    .showHelpAfterError("(macvlab --help tells what there is)")
    .exitOverride();
  macvlab
    .command("run", { isDefault: true })
    .description("run scenarios on kernels, print the matrices, write a run directory")
    .argument("[scenario...]", "scenarios to run; default: all that need no privileges and are not slow")
    .option(
      "--kernel <spec>",
      "kernel to run on, repeatable: debian:SUITE[/FLAVOUR][=VERSION], file:VMLINUZ[,modules=DIR], host; default: the newest cloud kernel of this machine's own Debian suite",
      collect,
      [],
    )
    .option("--out <dir>", "directory for the run's files; default: runs/RUN-ID, with runs/latest pointing at it")
    .option("--jobs <n>", "kernels at a time; default: by processors and memory", wholeNumber)
    .option("--filter <expr>", "only cells and checks whose id matches this regular expression", regularExpression)
    .option("--isolate", "build each pair alone instead of all at once", false)
    .action(async (scenarios, flags) => done(await (await import("./run-command.ts")).runCommand(scenarios, flags)));
  macvlab
    .command("list")
    .description("the scenarios, what each shows and which claims it bears on")
    .action(async () => done((await import("./list-command.ts")).listCommand()));
  macvlab
    .command("doctor")
    .description("what this machine can do, and what mends the rest")
    .action(async () => done(await (await import("./doctor-command.ts")).doctorCommand()));
  return macvlab;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("expected a whole number from 1 up.");
  return number;
}

function regularExpression(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch (error) {
    throw new InvalidArgumentError(`not a regular expression: ${(error as Error).message}.`);
  }
}

/** Guests and namespaces die with this process, whatever ends it, so there is nothing to wait for. */
function endOnSignals(): void {
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      process.stderr.write(`\nmacvlab: ended by ${signal}; guests and namespaces are gone with it\n`);
      process.exit(128 + number);
    });
  }
}

/** A reader that has seen enough (`macvlab list | head -1`) is no failure: what was to be done is done all the same. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return;
      if (stream === process.stdout)
        process.stderr.write(`macvlab: standard output cannot be written: ${error.message}\n`);
      process.exitCode = 3;
    });
}

/** People's errors in a sentence; bugs with their stack. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : new UsageError("").exitCode;
  if (error instanceof LabError) {
    process.stderr.write(`macvlab: ${describeError(error)}\n`);
    return error.exitCode;
  }
  process.stderr.write(`macvlab: this is a bug of the lab\n${error instanceof Error ? error.stack : String(error)}\n`);
  return 3;
}

async function main(): Promise<number> {
  endOnSignals();
  outliveReaders();
  let exitCode = 0;
  try {
    await program((code) => {
      exitCode = code;
    }).parseAsync();
    return exitCode;
  } catch (error) {
    return report(error);
  }
}

const exitCode = await main();
process.exitCode ||= exitCode;
