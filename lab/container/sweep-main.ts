/**
 * A process of its own that outlives the lab: once its standard input ends, which it does whatever ends the lab, nothing
 * of the run is left in the user's engine. Arguments: the engine's socket, the run's id.
 */
import { sweepAll } from "./sweep.ts";

const [socket = "", run = ""] = process.argv.slice(2);
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.on(signal, () => {});
process.stdin.resume();
process.stdin.once("close", () => sweepAll(socket, run));
