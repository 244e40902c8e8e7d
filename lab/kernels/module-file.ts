/** A module's own file: what it is called, which kernel it was built for and what it needs, as its `.modinfo` says. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { UsageError } from "../base/errors.ts";
import { unpackBytes } from "../image/unpack.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { elfHead, elfSections, isOurMachine } from "./elf.ts";
import { moduleName } from "./module-closure.ts";

export interface ModuleFacts {
  /** As the kernel names it, with underscores. */
  readonly name: string;
  /** Release and options of the kernel it was built for, e.g. `6.1.0-56-cloud-amd64 SMP preempt mod_unload modversions`. */
  readonly vermagic: string;
  /** Names of the modules it needs directly. */
  readonly needs: readonly string[];
  /** Hex SHA-256 of the file as it is, perhaps compressed. */
  readonly sha256: string;
}

/** @throws UsageError for a file that cannot be read, is damaged, or is no module for this machine. */
export async function readModuleFile(path: string): Promise<ModuleFacts> {
  const packed = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "EISDIR" ? "it is a directory" : cause.message;
    throw new UsageError(`module "${path}" cannot be read: ${why}`, { cause });
  });
  const unpacked = unpackBytes(packed);
  if ("broken" in unpacked) throw damaged(path, unpacked.broken);
  const sha256 = createHash("sha256").update(packed).digest("hex");
  return { ...parseModule(unpacked.bytes, path), sha256 };
}

/** @param bytes of an uncompressed module; @param path for messages, and for the name where the module has none. */
export function parseModule(bytes: Buffer, path: string): Omit<ModuleFacts, "sha256"> {
  const head = elfHead(bytes);
  if (!head) throw notAModule(path, bytes.length === 0 ? "an empty file" : "no ELF file");
  if (!isOurMachine(head)) throw notAModule(path, `an ELF file for ${head.machine}`);
  const info = moduleInfo(bytes, path);
  const vermagic = info?.get("vermagic")?.trim();
  if (!head.relocatable || !info || vermagic === undefined) throw notAModule(path, "another ELF file");
  const needs = (info.get("depends") ?? "").split(",").filter(Boolean).map(moduleName);
  return { name: moduleName(info.get("name") ?? path), vermagic, needs };
}

/** @throws UsageError with both version strings for a module that was built for another release. */
export function requireRelease(
  { vermagic }: Pick<ModuleFacts, "vermagic">,
  path: string,
  kernel: KernelArtefacts,
): void {
  if (vermagic.split(" ")[0] !== kernel.release) throw otherKernel(path, vermagic, kernel, kernel.release);
}

/** @param own release or vermagic of the kernel. */
export function otherKernel(path: string, vermagic: string, kernel: KernelArtefacts, own: string): UsageError {
  return new UsageError(
    `module "${path}" was built for another kernel: for "${vermagic}", and "${kernel.spec}" is "${own}"`,
    { mend: `build it against the headers of ${kernel.release}, or name the kernel it was built for` },
  );
}

/** `.modinfo`: strings of `key=value`, each with a zero behind it; the first of a key counts. */
function moduleInfo(bytes: Buffer, path: string): Map<string, string> | undefined {
  let section: Buffer | undefined;
  try {
    section = elfSections(bytes).get(".modinfo");
  } catch (error) {
    if (error instanceof RangeError) throw damaged(path, error.message);
    throw error;
  }
  const pairs = section?.toString("latin1").split("\0").filter(Boolean).reverse();
  return pairs && new Map(pairs.map((pair) => pair.split(/=(.*)/s, 2) as [string, string]));
}

function damaged(path: string, how: string): UsageError {
  return new UsageError(`module "${path}" is damaged: ${how}`, { mend: "build it, or copy it, anew" });
}

function notAModule(path: string, what: string): UsageError {
  return new UsageError(`"${path}" is not a kernel module but ${what}`, {
    mend: "name a module built for x86-64: FILE.ko, FILE.ko.xz or FILE.ko.zst",
  });
}
