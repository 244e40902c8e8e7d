import type { Declare } from "./declare.ts";

export const declareList: Declare = (macvlab, done) => {
  macvlab
    .command("list")
    .description("the scenarios, what each shows and which claims it bears on")
    .action(async () => done((await import("../list-command.ts")).listCommand()));
};
