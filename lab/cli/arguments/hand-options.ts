/** The options of commands that use a guest by hand. */
import { type Command, Option } from "commander";
import { kernelOption, moduleOption } from "./kernel-options.ts";
import { collect, wholeNumber } from "./values.ts";

export function addHandOptions(command: Command): Command {
  const mount = "directory the guest gets a copy of, at the same path, repeatable; what it writes there is lost";
  return command
    .addOption(kernelOption())
    .addOption(moduleOption())
    .addOption(new Option("--mount <dir>", mount).argParser(collect).default([], "none"))
    .option("--topology <scenario>", "build this scenario's devices first")
    .addOption(new Option("--memory <mib>", "memory of the guest").argParser(wholeNumber).default(512))
    .option("--console <file>", "keep the guest's console in this file");
}
