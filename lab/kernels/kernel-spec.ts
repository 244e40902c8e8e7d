/** Kernel specs: what a user types to name a kernel, parsed once at the edge. */
import { KERNEL_FLAVOURS, type KernelFlavour } from "../../images/kernels.ts";
import { UsageError } from "../base/errors.ts";

export interface DebianSpec {
  readonly kind: "debian";
  readonly suite: string;
  readonly flavour: KernelFlavour;
  /** Package version, upstream version or kernel release; absent: the suite's newest. */
  readonly version?: string;
}

export interface FileSpec {
  readonly kind: "file";
  readonly vmlinuz: string;
  readonly modules?: string;
}

export interface TreeSpec {
  readonly kind: "tree";
  /** Where a kernel was built. */
  readonly directory: string;
}

/** `running`: the host's installed kernel in a guest; `host`: namespaces on it. */
export type KernelSpec = DebianSpec | FileSpec | TreeSpec | { readonly kind: "running" } | { readonly kind: "host" };

/** The specs there are, for help and error messages. */
export const KERNEL_FORMS =
  "debian:SUITE[/FLAVOUR][=VERSION] (e.g. debian:bookworm/cloud), " +
  "file:VMLINUZ[,modules=DIR], tree:DIR (a kernel build tree), running (the installed kernel of this machine, " +
  "in a guest), host (namespaces on the running kernel)";

const FORMS = `kernel specs: ${KERNEL_FORMS}`;

/** @throws UsageError naming the specs that exist. */
export function parseKernelSpec(text: string): KernelSpec {
  if (text === "host" || text === "running") return { kind: text };
  if (text.startsWith("debian:")) return parseDebian(text);
  if (text.startsWith("file:")) return parseFile(text);
  if (text.startsWith("tree:") && text.length > "tree:".length) {
    return { kind: "tree", directory: text.slice("tree:".length) };
  }
  throw new UsageError(`"${text}" is not a kernel spec`, { mend: FORMS });
}

/** The one way to write a spec, so that `debian:sid` and `debian:sid/cloud` share what is remembered. */
export function canonicalSpec(spec: DebianSpec): string {
  return `debian:${spec.suite}/${spec.flavour}${spec.version ? `=${spec.version}` : ""}`;
}

function parseDebian(text: string): DebianSpec {
  const found = /^debian:([A-Za-z0-9][\w.+-]*)(?:\/([^=]*))?(?:=([A-Za-z0-9][\w.+~:-]*))?$/.exec(text);
  const suite = found?.[1];
  if (!suite) throw new UsageError(`"${text}" is not a Debian kernel spec`, { mend: FORMS });
  const flavour = parseFlavour(found[2] ?? "cloud", text);
  return { kind: "debian", suite, flavour, ...(found[3] ? { version: found[3] } : {}) };
}

function parseFlavour(name: string, text: string): KernelFlavour {
  const flavour = KERNEL_FLAVOURS.find((each) => each === name);
  if (flavour) return flavour;
  const known = KERNEL_FLAVOURS.map((each) => `"${each}"`).join(" and ");
  throw new UsageError(`"${name}" in "${text}" is not a kernel flavour`, { mend: `the flavours are ${known}` });
}

function parseFile(text: string): FileSpec {
  const [vmlinuz = "", ...rest] = text.slice("file:".length).split(/,(?=[a-z]+=)/);
  const [option, ...more] = rest;
  if (!vmlinuz || more.length > 0 || (option !== undefined && !/^modules=./.test(option))) {
    throw new UsageError(`"${text}" is not a kernel file spec`, { mend: FORMS });
  }
  return { kind: "file", vmlinuz, ...(option ? { modules: option.slice("modules=".length) } : {}) };
}
