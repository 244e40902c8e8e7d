import type { Declare } from "./declare.ts";
import { addHandOptions } from "./hand-options.ts";

export const declareShell: Declare = (macvlab, done) => {
  addHandOptions(macvlab.command("shell"))
    .description("boot a kernel and open a terminal in the guest; leaving it ends the guest")
    .action(async (flags) => done(await (await import("../shell-command.ts")).shellCommand(flags)));
};
