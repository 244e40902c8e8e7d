/** How a command is declared: its arguments here, its work loaded only when it is called. */
import type { Command } from "commander";

/** Told a command's exit code. */
export type Done = (exitCode: number) => void;

/** Adds one command, or a family of them, to `macvlab`. */
export type Declare = (macvlab: Command, done: Done) => void;
