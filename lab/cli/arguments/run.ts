import { LOWER_KINDS } from "../../model/vocabulary.ts";
import type { Declare } from "./declare.ts";
import { kernelsOption, moduleOption } from "./kernel-options.ts";
import { linkOption, reporterOption } from "./reporter-options.ts";
import { lowerKinds, offload, regularExpression, switchGuest, wholeNumber } from "./values.ts";

export const declareRun: Declare = (macvlab, done) => {
  macvlab
    .command("run", { isDefault: true })
    .description("run scenarios on kernels, print the matrices, write a run directory")
    .argument("[scenario...]", "scenarios to run; default: all that need no privileges and are not slow")
    .addOption(kernelsOption())
    .addOption(moduleOption())
    .option("--out <dir>", "directory for the run's files; default: runs/RUN-ID, with runs/latest pointing at it")
    .option(
      "--switch <where>",
      "guest[=KERNEL]: the external switch and external host in a guest of their own, cabled to network cards",
      switchGuest,
    )
    .option(
      "--hypervisors <n>",
      "with --switch: guests of the kernel under test on that switch, the ends of two-lowers in two of them; default: 1",
      wholeNumber,
    )
    .option("--jobs <n>", "kernels at a time; default: by processors and memory", wholeNumber)
    .option("--filter <expr>", "only cells and checks whose id matches this regular expression", regularExpression)
    .option("--baseline <run>", "expect what an earlier run observed: a baseline, a results.json or a run's directory")
    .addOption(reporterOption("terminal"))
    .addOption(linkOption())
    .option(
      "--isolate",
      "build each pair alone instead of all at once (conversations are held all at once in any case)",
      false,
    )
    .option("--trace", "in guests: build each pair alone and let the kernel tell of each frame, for macvlab explain")
    .option("--no-trace", "trace nothing; default: cells that mismatch, asked once more for it")
    .option(
      "--lower <kinds>",
      `what lower devices are, for matrices of frames, in guests: ${LOWER_KINDS.join(", ")}, or all; default: veth`,
      lowerKinds,
    )
    .option(
      "--offload <on|off>",
      "offloads of lower devices other than veth; default: as their driver has them",
      offload,
    )
    .option(
      "--engine <which>",
      "what makes containers: private (the lab starts one of its own), auto (the one that runs, or else private), or the " +
        "path of a running one's socket; default: private",
    )
    .action(async (scenarios, flags) => done(await (await import("../run-command.ts")).runCommand(scenarios, flags)));
};
