/** The modules a guest loads: which, in which order, and what they are. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { GUEST_MODULES, PROTOCOL_MODULES, REQUIRED_MODULES } from "../../images/recipe.ts";
import { EnvironmentError } from "../base/errors.ts";
import { modulesOf } from "../kernels/index.ts";
import { readModuleFile, requireRelease } from "../kernels/module-file.ts";
import { BUILTIN_LIST, MODULE_LISTS } from "../kernels/module-index.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { remembered } from "./stamp.ts";

export interface GuestModule {
  readonly name: string;
  /** The file as the kernel's package has it, perhaps compressed. */
  readonly path: string;
  /** Hex SHA-256 of that file. */
  readonly packed: string;
}

export interface GuestModules {
  /** In load order. */
  readonly files: readonly GuestModule[];
  /** Wanted, and neither a module of this kernel nor built into it. */
  readonly missing: readonly string[];
}

/**
 * The modules of `GUEST_MODULES`, `PROTOCOL_MODULES` and `more`, remembered in the file `memory` until one of the files changes.
 * Of a kernel without a modules directory nothing is known: it is left to its boot what it can do.
 * `note` hears of damaged files that were fetched anew.
 * @throws EnvironmentError naming the kernel and what it lacks, when a guest cannot do without it; UsageError for a
 * module that is damaged or another kernel's.
 */
export async function guestModules(
  kernel: KernelArtefacts,
  more: readonly string[],
  memory: (request: readonly unknown[]) => string,
  note: (line: string) => void = () => {},
): Promise<GuestModules> {
  const directory = kernel.modulesDirectory;
  if (directory === undefined) return { files: [], missing: [] };
  const overrides = kernel.overrides ?? [];
  // Those the kernel has not got come after all others.
  const names = [...new Set([...GUEST_MODULES, ...PROTOCOL_MODULES, ...more, ...overrides.map(({ name }) => name)])];
  const indexes = [...MODULE_LISTS, BUILTIN_LIST].map((name) => join(directory, name)).filter(existsSync);
  return remembered(memory([directory, kernel.release, names, overrides]), async () => {
    const found = await modulesOf(kernel, names, note);
    const missing = found.missing.filter((name) => !PROTOCOL_MODULES.some((protocol) => protocol === name));
    requireModules(kernel, missing, indexes);
    const files = await Promise.all(
      found.files.map(async ({ name, path }) => {
        const facts = await readModuleFile(path);
        requireRelease(facts, path, kernel);
        return { name, path, packed: facts.sha256 };
      }),
    );
    return { inputs: [...indexes, ...files.map(({ path }) => path)], value: { files, missing } };
  });
}

function requireModules(kernel: KernelArtefacts, missing: readonly string[], indexes: readonly string[]): void {
  // Without a list of what is built in, a missing module may well be.
  if (!indexes.some((path) => basename(path) === BUILTIN_LIST)) return;
  const lacking = REQUIRED_MODULES.filter((name) => missing.includes(name));
  if (lacking.length === 0) return;
  const names = lacking.map((name) => `"${name}"`).join(", ");
  throw new EnvironmentError(
    `kernel "${kernel.spec}" (${kernel.release}) lacks ${names}: neither a module in "${kernel.modulesDirectory}" nor built in`,
    { mend: "choose a kernel that has it, or add it to this kernel's configuration" },
  );
}
