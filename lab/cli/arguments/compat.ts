import { Option } from "commander";
import type { Declare } from "./declare.ts";

export const declareCompat: Declare = (macvlab, done) => {
  macvlab
    .command("compat")
    .description(
      "the compatibility report: a row per behaviour, a column per kernel, where it changed and by which rule",
    )
    .argument("[run...]", "runs, results.json files or baselines; RUN#KERNEL for one kernel", ["runs/latest"])
    .addOption(new Option("--format <name>", "how to say it").choices(["markdown", "json"]).default("markdown"))
    .option("--out <file>", "file to write; default: standard output")
    .action(async (runs, flags) => done(await (await import("../compat-command.ts")).compatCommand(runs, flags)));
};
