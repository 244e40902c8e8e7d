/**
 * Kernel build trees: the image and the modules as a build leaves them, nothing installed. A tree whose build went
 * elsewhere (`make O=DIR`) is named by that directory, which has all the same files but the sources.
 */
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../base/errors.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { parseKernelVersion } from "../model/kernel-version.ts";
import { elfHead, isOurMachine } from "./elf.ts";
import { fileHash, fileHead } from "./file-facts.ts";
import type { TreeSpec } from "./kernel-spec.ts";
import { BUILTIN_LIST } from "./module-index.ts";
import { readKernelFile } from "./setup-header.ts";

const CONFIG = ".config";
const RELEASE = "include/config/kernel.release";
const BZIMAGE = "arch/x86/boot/bzImage";
const VMLINUX = "vmlinux";
const ORDER = "modules.order";

/**
 * @param typed the spec as the user typed it.
 * @throws UsageError for what is no tree, was not built to its end, or was built for another architecture.
 */
export async function resolveBuildTree(spec: TreeSpec, typed: string): Promise<KernelArtefacts> {
  const directory = resolve(spec.directory);
  const config = await readConfig(directory);
  requireArchitecture(directory, config);
  const release = (await textOf(join(directory, RELEASE)))?.trim();
  if (!release) throw neverBuilt(directory, `it has no ${RELEASE}`);
  const image = await newestImage(directory);
  const found = image.endsWith(BZIMAGE) ? await readKernelFile(image) : await vmlinuxFacts(image, release);
  if (found.release !== release) {
    throw halfBuilt(directory, `its kernel is "${found.release}", and ${RELEASE} says "${release}"`);
  }
  const hasModules = await requireModules(directory, config);
  return {
    spec: typed,
    release,
    version: found.version,
    vmlinuz: image,
    sha256: await fileHash(image),
    ...(hasModules ? { modulesDirectory: directory } : {}),
    config: join(directory, CONFIG),
    packages: [],
  };
}

async function readConfig(directory: string): Promise<string> {
  const found = await stat(directory).catch(() => undefined);
  if (!found) throw new UsageError(`tree "${directory}" does not exist`);
  const config = await textOf(join(directory, CONFIG));
  if (config !== undefined) return config;
  if (await isThere(join(directory, "Kconfig"))) throw neverBuilt(directory, `it has no ${CONFIG}`);
  throw new UsageError(`"${directory}" is not a kernel build tree: it has neither ${CONFIG} nor Kconfig`, {
    mend: "name the directory a kernel was built in: that of its sources, or the one given as make O=DIR",
  });
}

/** The head of a configuration names the architecture, and 32-bit x86 is one of the two called x86. */
function requireArchitecture(directory: string, config: string): void {
  if (/^CONFIG_X86_64=y$/m.test(config)) return;
  const name = /^# Linux\/(\S+) /m.exec(config)?.[1] ?? "another architecture";
  const which = name === "x86" || name === "i386" ? "32-bit x86" : name;
  throw new UsageError(`tree "${directory}" is for ${which}: its ${CONFIG} has no CONFIG_X86_64=y`, {
    mend: "build it for x86-64, the architecture of the lab's guests",
  });
}

/** The bzImage is made from the vmlinux: where it is the older one, it is of a build before that. */
async function newestImage(directory: string): Promise<string> {
  const [bzImage, vmlinux] = [join(directory, BZIMAGE), join(directory, VMLINUX)];
  const [packed, plain] = await Promise.all([bzImage, vmlinux].map((path) => stat(path).catch(() => undefined)));
  if (!packed && !plain) throw neverBuilt(directory, `it has neither ${BZIMAGE} nor ${VMLINUX}`);
  return packed && packed.mtimeMs >= (plain?.mtimeMs ?? 0) ? bzImage : vmlinux;
}

async function vmlinuxFacts(path: string, release: string): Promise<Pick<KernelArtefacts, "release" | "version">> {
  const head = elfHead(await fileHead(path, 64));
  if (head && isOurMachine(head)) return { release, version: parseKernelVersion(release) };
  throw new UsageError(`"${path}" is ${head ? `a kernel for ${head.machine}` : "no ELF file"}`, {
    mend: "build the tree anew, for x86-64",
  });
}

/** Whether the tree's lists of modules tell anything; those of a kernel alone are written with its image. */
async function requireModules(directory: string, config: string): Promise<boolean> {
  const [order, builtin] = await Promise.all([ORDER, BUILTIN_LIST].map((name) => isThere(join(directory, name))));
  if (!order && /^CONFIG_\w+=m$/m.test(config)) throw halfBuilt(directory, `it has its kernel but no ${ORDER}`);
  return Boolean(order || builtin);
}

function neverBuilt(directory: string, why: string): UsageError {
  return new UsageError(`tree "${directory}" was never built: ${why}`, {
    mend: `./scripts/kernel-build ${directory}, or make -C ${directory} bzImage modules; if it was built with make O=DIR, name that DIR`,
  });
}

function halfBuilt(directory: string, why: string): UsageError {
  return new UsageError(`tree "${directory}" is built by half: ${why}`, {
    mend: `make -C ${directory} bzImage modules`,
  });
}

function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
