/** Modules of the user's own that take the place of a kernel's: all that can be wrong with one is said before boot. */
import { basename, resolve } from "node:path";
import { UsageError } from "../base/errors.ts";
import type { KernelArtefacts, ModuleOverride } from "../model/kernel.ts";
import type { ModuleIndex } from "./module-closure.ts";
import { type ModuleFacts, otherKernel, readModuleFile, requireRelease } from "./module-file.ts";
import { readModuleIndex } from "./module-index.ts";

interface UserModule extends ModuleFacts {
  readonly path: string;
}

/**
 * The kernel with these modules in place of its own, or beside them.
 * @throws UsageError for a file that is no module for this kernel, names a module that is built in, or needs one the
 * kernel does not have.
 */
export async function withModules(kernel: KernelArtefacts, paths: readonly string[]): Promise<KernelArtefacts> {
  if (paths.length === 0) return kernel;
  const modules = await Promise.all(
    [...new Set(paths.map((path) => resolve(path)))].map(async (path) => ({ path, ...(await readModuleFile(path)) })),
  );
  const index = await readModuleIndex(kernel);
  refuseTwins(modules);
  for (const module of modules) {
    await requireSameKernel(module, kernel, index);
    requireReplaceable(module, kernel, index);
    requireNeeds(module, modules, kernel, index);
  }
  const overrides = modules.map(({ name, path, sha256, needs }): ModuleOverride => ({ name, path, sha256, needs }));
  return { ...kernel, overrides };
}

function refuseTwins(modules: readonly UserModule[]): void {
  for (const [at, { name, path }] of modules.entries()) {
    const twin = modules.slice(0, at).find((other) => other.name === name);
    if (twin) throw new UsageError(`"${twin.path}" and "${path}" are both the module "${name}": name one of them`);
  }
}

/** The kernel itself compares all of it, except the release where it has checksums of its symbols. */
async function requireSameKernel(module: UserModule, kernel: KernelArtefacts, index: ModuleIndex): Promise<void> {
  requireRelease(module, module.path, kernel);
  const own = await ownVermagic(module.name, index);
  if (own !== undefined && own !== module.vermagic) throw otherKernel(module.path, module.vermagic, kernel, own);
}

/**
 * As the kernel's own module of that name has it, else any; undefined for a kernel without modules, and for a file of
 * the cache that is damaged: that one is seen to when the image is built.
 */
async function ownVermagic(name: string, index: ModuleIndex): Promise<string | undefined> {
  const own = index.modules.get(name) ?? index.modules.values().next().value;
  const facts = own && (await readModuleFile(own.path).catch(() => undefined));
  return facts?.vermagic;
}

function requireReplaceable({ name, path }: UserModule, kernel: KernelArtefacts, index: ModuleIndex): void {
  if (index.modules.has(name)) return;
  const title = `kernel "${kernel.spec}" (${kernel.release})`;
  if (!index.builtin) {
    const where = kernel.modulesDirectory
      ? `"${kernel.modulesDirectory}" has no modules.builtin`
      : "no modules are named";
    throw new UsageError(`nothing tells whether ${title} has "${name}" built in: ${where}`, {
      mend: "name the directory of its modules: file:VMLINUZ,modules=DIR",
    });
  }
  if (!index.builtin.has(name)) return;
  throw new UsageError(`module "${path}" cannot replace "${name}": ${title} has it built in`, {
    mend: `choose a kernel that has ${name} as a module, or build it into this one`,
  });
}

function requireNeeds(
  { path, needs }: UserModule,
  modules: readonly UserModule[],
  kernel: KernelArtefacts,
  { modules: own, builtin }: ModuleIndex,
): void {
  const isThere = (name: string) => own.has(name) || builtin?.has(name) || modules.some((each) => each.name === name);
  const lacking = needs.filter((name) => !isThere(name)).map((name) => `"${name}"`);
  if (lacking.length === 0) return;
  const files = lacking.map((name) => `--module ${name.slice(1, -1)}.ko`).join(" ");
  throw new UsageError(
    `module "${basename(path)}" needs ${lacking.join(" and ")}: neither modules of "${kernel.spec}" (${kernel.release}) nor built in`,
    { mend: `give them as well: ${files}` },
  );
}
