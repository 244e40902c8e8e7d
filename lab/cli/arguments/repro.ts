import { Option } from "commander";
import type { Declare } from "./declare.ts";

export const declareRepro: Declare = (macvlab, done) => {
  macvlab
    .command("repro")
    .description(
      "a cell of a run as a shell script that needs no lab: exit 0 the same is seen, 1 it is not, 4 cannot tell",
    )
    .argument("<run>", "a run's directory or its results.json; RUN#KERNEL for one kernel")
    .argument("<cell>", "id of the cell, or what follows the kernel in it")
    .addOption(
      new Option("--format <name>", "kselftest: for the kernel tree, where a mismatch is held against what is expected")
        .choices(["script", "kselftest"])
        .default("script"),
    )
    .option("--mail", "a draft of a report to netdev with the script in it, instead of the script alone")
    .option("--out <file>", "file to write; default: standard output")
    .action(async (run, cell, flags) =>
      done(await (await import("../repro-command.ts")).reproCommand(run, cell, flags)),
    );
};
