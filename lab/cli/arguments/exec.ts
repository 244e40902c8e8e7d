import { CommanderError } from "commander";
import { CANNOT_TEST } from "../hand/exit-status.ts";
import type { Declare } from "./declare.ts";
import { addHandOptions } from "./hand-options.ts";
import { wholeNumber } from "./values.ts";

export const declareExec: Declare = (macvlab, done) => {
  addHandOptions(macvlab.command("exec"))
    .description("boot a kernel, run a command in the guest, end with its exit code")
    .usage("[options] -- COMMAND...")
    .argument("<command...>", "the command and its arguments")
    .option("--timeout <seconds>", "end the command after so long, with exit code 124", wholeNumber)
    .exitOverride((error) => {
      // Nothing that is mistyped may look like a kernel's answer to a bisection.
      throw error.exitCode === 0 ? error : new CommanderError(CANNOT_TEST, error.code, error.message);
    })
    .action(async (argv, flags) => done(await (await import("../exec-command.ts")).execCommand(argv, flags)));
};
