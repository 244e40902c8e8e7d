/** The options that say on which kernel: the same for every command that takes one. */
import { Option } from "commander";
import { KERNEL_FORMS } from "../../kernels/kernel-spec.ts";
import { collect } from "./values.ts";

const OWN = "default: the newest cloud kernel of this machine's own Debian suite";

/** `--kernel SPEC`, once: a string, or undefined. */
export function kernelOption(): Option {
  return new Option("--kernel <spec>", `kernel to run on: ${KERNEL_FORMS}; ${OWN}`);
}

/** `--kernel SPEC`, any number of times: strings. */
export function kernelsOption(): Option {
  return new Option("--kernel <spec>", `kernel to run on, repeatable: ${KERNEL_FORMS}; ${OWN}`)
    .argParser(collect)
    .default([], "none");
}

/** `--module FILE`, any number of times: strings, for `resolveKernel`'s `modules`. */
export function moduleOption(): Option {
  const text = "module that takes the place of the guest's own of that name, repeatable: .ko, .ko.xz or .ko.zst";
  return new Option("--module <file>", text).argParser(collect).default([], "none");
}
