import { Option } from "commander";
import type { Declare } from "./declare.ts";

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
    .option("--out <file>", "file to write; default: standard output")
    .action(async (scenario, flags) => done(await (await import("../draw-command.ts")).drawCommand(scenario, flags)));
};
