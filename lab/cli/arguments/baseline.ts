import type { Declare } from "./declare.ts";

export const declareBaseline: Declare = (macvlab, done) => {
  macvlab
    .command("baseline")
    .description("trim a run to what a later one can be held against: macvlab run --baseline FILE")
    .argument("<run>", "a run's directory or its results.json; RUN#KERNEL for one kernel of it")
    .option("--out <file>", "file to write; default: standard output")
    .option("--rules", "keep the oracle's rules and the kernels' versions too, as macvlab compat needs them", false)
    .action(async (run, flags) => done(await (await import("../baseline-command.ts")).baselineCommand(run, flags)));
};
