import type { Declare } from "./declare.ts";
import { linkOption, reporterOption } from "./reporter-options.ts";

export const declareReport: Declare = (macvlab, done) => {
  macvlab
    .command("report")
    .description("tells of an old run again, by any reporter (html: of several); exit code 0 whatever the run was like")
    .argument("[run...]", "a run's directory or its results.json", ["runs/latest"])
    .addOption(reporterOption("terminal"))
    .addOption(linkOption())
    .action(async (runs, flags) => done(await (await import("../report-command.ts")).reportCommand(runs, flags)));
};
