import { Option } from "commander";
import { LOWER_KINDS } from "../../model/vocabulary.ts";
import type { Declare } from "./declare.ts";
import { switchGuest, wholeNumber } from "./values.ts";

export const declareDraw: Declare = (macvlab, done) => {
  macvlab
    .command("draw")
    .description("a picture of a scenario's topology, or of one of its cells or checks")
    .argument("<scenario>", "scenario that is drawn; macvlab list names them")
    .option(
      "--filter <expr>",
      "only what the cells, or the one check, whose names match this regular expression are about",
    )
    .addOption(
      new Option("--format <name>", "how to draw it; default: ascii on a terminal, else svg").choices(["svg", "ascii"]),
    )
    .addOption(
      new Option("--lower <kind>", "what the lower devices of a matrix of frames are; default: veth").choices(
        LOWER_KINDS,
      ),
    )
    .option(
      "--switch <where>",
      "guest[=KERNEL]: the external switch and external host in a guest of their own",
      switchGuest,
    )
    .option(
      "--hypervisors <n>",
      "with --switch: guests of the kernel under test on that switch; default: 1",
      wholeNumber,
    )
    .option("--out <file>", "file to write; default: standard output")
    .action(async (scenario, flags) => done(await (await import("../draw-command.ts")).drawCommand(scenario, flags)));
};
