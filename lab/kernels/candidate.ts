/** Which kernels a suite lists, and which of them a version names. Pure functions over what apt prints. */
import { FLAVOUR_NAMES, type KernelFlavour, OTHER_VARIANTS } from "../../images/kernels.ts";
import { UsageError } from "../base/errors.ts";

/** A kernel a suite lists; whether all its packages are still there shows when it is resolved. */
export interface KernelCandidate {
  readonly package: string;
  /** Package version, e.g. `6.1.192-2`. */
  readonly version: string;
  /** Kernel release, e.g. `6.1.0-56-cloud-amd64`. */
  readonly release: string;
}

/** A backports suite lists more than forty kernels. */
const LISTED = 20;
const PREFIX = "linux-image-";

/** The names that may be kernels of the flavour, out of all package names that begin with `linux-image-`. */
export function kernelNames(names: readonly string[], flavour: KernelFlavour, architecture: string): string[] {
  const suffix = FLAVOUR_NAMES[flavour].suffix(architecture);
  const others = OTHER_VARIANTS.filter((variant) => variant !== flavour).map(
    (variant) => `-${variant}-${architecture}`,
  );
  return names.filter(
    (name) => /^linux-image-\d/.test(name) && name.endsWith(suffix) && !others.some((other) => name.endsWith(other)),
  );
}

/** A kernel of a suite, and whether it can be had: some are listed when a part of them has left the archive. */
export interface KernelOffer extends KernelCandidate {
  /** Bytes of all its packages that are there. */
  readonly size: number;
  /** Names of its packages that are not. */
  readonly gone: readonly string[];
}

/** Which packages of its own release a kernel is made of, as far as these stanzas tell. */
export function partsOf(stanzas: string): string[] {
  return [...new Set(stanzasOf(stanzas).flatMap((stanza) => ownParts(stanza).map(({ name }) => name)))];
}

/** @param parts stanzas of the packages `partsOf` names, in all their versions. */
export function kernelOffers(stanzas: string, parts: string): KernelOffer[] {
  const key = (name: string, version: string) => `${name}=${version}`;
  const known = new Map(
    stanzasOf(`${stanzas}\n\n${parts}`).map((stanza) => {
      return [key(field(stanza, "Package") ?? "", field(stanza, "Version") ?? ""), stanza];
    }),
  );
  return parseCandidates(stanzas).map((candidate) => {
    const needed = new Map([[key(candidate.package, candidate.version), candidate.package]]);
    for (const at of needed.keys()) {
      for (const { name, version } of ownParts(known.get(at) ?? "")) needed.set(key(name, version), name);
    }
    const stanzasOfIt = [...needed.keys()].map((at) => known.get(at));
    const size = stanzasOfIt.reduce((sum, stanza) => sum + Number(field(stanza ?? "", "Size") ?? 0), 0);
    return { ...candidate, size, gone: [...needed].filter(([at]) => !known.has(at)).map(([, name]) => name) };
  });
}

/** Reads the stanzas of `apt-cache show`; packages that only depend on another kernel image are no kernels. */
export function parseCandidates(stanzas: string): KernelCandidate[] {
  const found = new Map<string, KernelCandidate>();
  for (const stanza of stanzasOf(stanzas)) {
    const name = field(stanza, "Package");
    const version = field(stanza, "Version");
    if (!name || !version || field(stanza, "Depends")?.includes(PREFIX)) continue;
    found.set(`${name}=${version}`, { package: name, version, release: name.slice(PREFIX.length) });
  }
  return [...found.values()].sort((a, b) => newestFirst(a.version, b.version));
}

/**
 * The one kernel `wanted` names: by package version, upstream version or kernel release; failing that, as the
 * beginning of an upstream version (`6.1`).
 * @throws UsageError listing the kernels there are, when it names none or several.
 */
export function chooseKernel(candidates: readonly KernelCandidate[], wanted: string, suite: string): KernelCandidate {
  const exact = candidates.filter((each) => namesOf(each).includes(wanted));
  const matching = exact.length > 0 ? exact : candidates.filter((each) => beginsWith(upstream(each.version), wanted));
  const [only, ...more] = matching;
  if (only && more.length === 0) return only;
  if (!only) {
    const detail = list(candidates) || "(none)";
    throw new UsageError(`"${wanted}" is no kernel of "${suite}", which lists ${candidates.length}`, { detail });
  }
  throw new UsageError(`"${wanted}" names ${matching.length} kernels of "${suite}"`, {
    detail: list(matching),
    mend: `name one by its package version or release, e.g. =${only.version}`,
  });
}

/** `7.3~rc7-1~exp1` -> `7.3~rc7`. */
export function upstream(packageVersion: string): string {
  return packageVersion.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
}

function namesOf({ version, release }: KernelCandidate): string[] {
  const plain = upstream(version);
  // The kernel's own people write release candidates with a dash.
  return [version, plain, plain.replace("~rc", "-rc"), release];
}

function beginsWith(version: string, wanted: string): boolean {
  return version.startsWith(wanted) && /^[.~]/.test(version.slice(wanted.length));
}

function stanzasOf(text: string): string[] {
  return text.split(/\n\n+/).filter((stanza) => stanza.trim() !== "");
}

/** The packages of the same release that it depends on in one version. */
function ownParts(stanza: string): { name: string; version: string }[] {
  const release = /^linux-[a-z]+-(\S+)$/.exec(field(stanza, "Package") ?? "")?.[1];
  const needs = (field(stanza, "Depends") ?? "").matchAll(/(linux-[a-z]+-(\S+)) \(= ([^)]+)\)/g);
  return [...needs].flatMap(([, name = "", of, version = ""]) => (of === release ? [{ name, version }] : []));
}

function field(stanza: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, "m").exec(stanza)?.[1];
}

function newestFirst(a: string, b: string): number {
  return b.localeCompare(a, "en", { numeric: true });
}

function list(candidates: readonly KernelCandidate[]): string {
  const lines = candidates.slice(0, LISTED).map(({ version, release }) => `${version}  ${release}`);
  const more = candidates.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} older ones`] : [])].join("\n");
}
