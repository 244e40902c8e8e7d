/**
 * The kernel catalogue: what Debian calls its kernels and how its suites hang together. Data only; what is in an
 * archive today is asked of the archive.
 */

export const KERNEL_ARCHITECTURES = ["amd64"] as const;

export const KERNEL_FLAVOURS = ["cloud", "generic"] as const;
/** `cloud`: small, made for virtual machines. `generic`: every driver. */
export type KernelFlavour = (typeof KERNEL_FLAVOURS)[number];

interface FlavourNames {
  /** The meta package that depends on the suite's newest kernel. */
  readonly meta: (architecture: string) => string;
  /** How a kernel release of this flavour ends. */
  readonly suffix: (architecture: string) => string;
}

export const FLAVOUR_NAMES: Readonly<Record<KernelFlavour, FlavourNames>> = {
  cloud: {
    meta: (architecture) => `linux-image-cloud-${architecture}`,
    suffix: (architecture) => `-cloud-${architecture}`,
  },
  generic: { meta: (architecture) => `linux-image-${architecture}`, suffix: (architecture) => `-${architecture}` },
};

/** What stands before the architecture in the releases of other flavours, which also end in generic's suffix. */
export const OTHER_VARIANTS = ["cloud", "rt"] as const;

/** Suites that have neither a security nor an updates pocket. */
export const ROLLING_SUITES: readonly string[] = ["sid", "unstable", "experimental", "rc-buggy"];

/**
 * Suites that are no use alone, because their packages depend on those of another suite, and whose packages apt
 * only takes when asked for this suite by name.
 */
export const OVERLAY_SUITES: readonly { readonly name: RegExp; readonly base: readonly string[] }[] = [
  { name: /^(?:experimental|rc-buggy)$/, base: ["sid"] },
  { name: /^(?<of>.+)-backports-sloppy$/, base: ["$<of>-backports", "$<of>"] },
  { name: /^(?<of>.+)-(?:backports|proposed-updates|security|updates)$/, base: ["$<of>"] },
];
