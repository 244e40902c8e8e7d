import type { Declare } from "./declare.ts";

export const declareExplain: Declare = (macvlab, done) => {
  macvlab
    .command("explain")
    .description("why a cell's frame did or did not arrive, hop by hop, with the frames of the capture")
    .argument("<run>", "a run's directory or its results.json")
    .argument("<cell>", "a cell's id, or a part of it that no other has")
    .action(async (run, cell) => done(await (await import("../explain-command.ts")).explainCommand(run, cell)));
};
