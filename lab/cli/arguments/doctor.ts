import type { Declare } from "./declare.ts";

export const declareDoctor: Declare = (macvlab, done) => {
  macvlab
    .command("doctor")
    .description("what this machine can do, and what mends the rest")
    .action(async () => done(await (await import("../doctor-command.ts")).doctorCommand()));
};
