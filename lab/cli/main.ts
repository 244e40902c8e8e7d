#!/usr/bin/env -S node --max-semi-space-size=4
/**
 * The `macvlab` command: arguments in, exit code out. Everything else is behind the commands.
 *
 * Most of what it makes of a run stays: with a small space for what is young (4 MiB), a report of five kernels takes 160 MiB
 * instead of 210, in no more time.
 */
import { Command, CommanderError } from "commander";
import { describeError, LabError, UsageError } from "../base/errors.ts";
import { declareBaseline } from "./arguments/baseline.ts";
import { declareClaims } from "./arguments/claims.ts";
import { declareCompat } from "./arguments/compat.ts";
import type { Declare, Done } from "./arguments/declare.ts";
import { declareDiff } from "./arguments/diff.ts";
import { declareDoctor } from "./arguments/doctor.ts";
import { declareDraw } from "./arguments/draw.ts";
import { declareExec } from "./arguments/exec.ts";
import { declareExplain } from "./arguments/explain.ts";
import { declareImages } from "./arguments/images.ts";
import { declareKernels } from "./arguments/kernels.ts";
import { declareList } from "./arguments/list.ts";
import { declareReport } from "./arguments/report.ts";
import { declareRepro } from "./arguments/repro.ts";
import { declareRun } from "./arguments/run.ts";
import { declareShell } from "./arguments/shell.ts";
import { CANNOT_TEST } from "./hand/exit-status.ts";
import { VERSION } from "./version.ts";

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

const COMMANDS: readonly Declare[] = [
  declareRun,
  declareExec,
  declareShell,
  declareDiff,
  declareBaseline,
  declareCompat,
  declareReport,
  declareExplain,
  declareClaims,
  declareKernels,
  declareImages,
  declareList,
  declareDraw,
  declareRepro,
  declareDoctor,
];

function program(done: Done): Command {
  const macvlab = new Command("macvlab")
    .description("who can talk to whom over macvlan and macvtap, on real kernels, with evidence")
    .version(VERSION)
    .showHelpAfterError("(macvlab --help tells what there is)")
    .exitOverride();
  for (const declare of COMMANDS) declare(macvlab, done);
  return macvlab;
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
  if (error instanceof CommanderError)
    return [0, CANNOT_TEST].includes(error.exitCode) ? error.exitCode : new UsageError("").exitCode;
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
