import { Option } from "commander";
import type { Declare } from "./declare.ts";

export const declareDiff: Declare = (macvlab, done) => {
  macvlab
    .command("diff")
    .description(
      "what changed between two runs, or two kernels of a run, and the rules behind it; exit code 1 if anything",
    )
    .argument("<before>", "a run's directory, its results.json or a baseline; RUN#KERNEL for one kernel of it")
    .argument("<after>", "the same; KERNEL is a spec, a version or a generation (runs/latest#7.2)")
    .addOption(new Option("--format <name>", "how to say it").choices(["text", "markdown", "json"]).default("text"))
    .action(async (before, after, flags) =>
      done(await (await import("../diff-command.ts")).diffCommand(before, after, flags)),
    );
};
