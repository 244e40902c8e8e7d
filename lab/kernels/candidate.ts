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

/** Reads the stanzas of `apt-cache show`; packages that only depend on another kernel image are no kernels. */
export function parseCandidates(stanzas: string): KernelCandidate[] {
  const found = new Map<string, KernelCandidate>();
  for (const stanza of stanzas.split(/\n\n+/)) {
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
