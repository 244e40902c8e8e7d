import { Option } from "commander";
import type { Declare } from "./declare.ts";
import { collect } from "./values.ts";

export const declareClaims: Declare = (macvlab, done) => {
  macvlab
    .command("claims")
    .description("the claims ledger: what is said about macvlan and macvtap, and what of it is true on which kernels")
    .argument("[run...]", "runs, results.json files or baselines; RUN#KERNEL for one kernel", ["runs/latest"])
    .option("--claim <id>", "only this one (repeatable)", collect, [])
    .addOption(new Option("--format <name>", "how to say it").choices(["text", "markdown", "json"]).default("text"))
    .addOption(new Option("--json", "short for --format json").implies({ format: "json" }))
    .option("--out <file>", "file to write; default: standard output")
    .action(async (runs, flags) => done(await (await import("../claims-command.ts")).claimsCommand(runs, flags)));
};
