/** Kernel modules built from a driver's source with a kernel's headers, and kept in the lab's cache by content. */
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../../lab/base/cache.ts";
import { outputOf } from "../../lab/base/command.ts";
import type { KernelHeaders } from "./kernel-headers.ts";

const LAYOUT = "macvlab.module/1";
const DEADLINE = 120_000;

/**
 * Debian builds its kernels with a compiler of their own suite; the machine's is another. So what only newer ones know
 * is left out, and so is debugging information, which costs a third of the time.
 */
const SETTINGS = [
  "CC=gcc",
  "KCFLAGS=-g0 -Wno-attributes",
  "CONFIG_DEBUG_INFO_BTF_MODULES=",
  "CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=",
];

/**
 * Path of `NAME.ko`.
 * @param name the module's name.
 * @throws EnvironmentError with the compiler's words when it does not build.
 */
export async function buildModule(headers: KernelHeaders, name: string, source: string): Promise<string> {
  const compiler = (await outputOf(["gcc", "--version"], { deadline: 10_000 })).split("\n")[0];
  const content = JSON.stringify([LAYOUT, headers.address, SETTINGS, compiler, name, source]);
  const directory = cacheDirectory("modules", createHash("sha256").update(content).digest("hex").slice(0, 32));
  const file = join(directory, `${name}.ko`);
  if (await isFile(file)) return file;
  await mkdir(cacheDirectory("modules"), { recursive: true });
  const work = await mkdtemp(cacheDirectory("modules", ".building-"));
  try {
    await writeFile(join(work, `${name}.c`), source);
    await writeFile(join(work, "Kbuild"), `obj-m := ${name}.o\n`);
    await make(headers, work);
    await mkdir(directory, { recursive: true });
    // Renamed into place: whoever else builds the same gets the same file, whole.
    await copyFile(join(work, `${name}.ko`), `${work}.ko`);
    await rename(`${work}.ko`, file);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return file;
}

async function make(headers: KernelHeaders, work: string): Promise<void> {
  const argv = ["nice", "-n", "15", "make", "-s", "-C", headers.directory, `M=${work}`, ...SETTINGS, "modules"];
  await outputOf(argv, { deadline: DEADLINE });
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
