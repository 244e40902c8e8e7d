/** Upstream kernel versions: parsed from a release or package version, and ordered. */

/** `[major, minor, patch]`; a release candidate counts as its release. */
export type KernelVersion = readonly [number, number, number];

/**
 * Reads `6.1.192`, `6.1.192-2`, `7.3~rc4-1~exp1` or `6.18.44-custom` as an upstream version.
 * @throws RangeError when the text does not begin with `MAJOR.MINOR`.
 */
export function parseKernelVersion(text: string): KernelVersion {
  const found = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (!found) throw new RangeError(`"${text}" does not begin with a kernel version such as 6.1 or 6.1.192`);
  return [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

/** Negative when `a` is older than `b`, zero when equal. */
export function compareKernelVersions(a: KernelVersion, b: KernelVersion): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

export function atLeast(version: KernelVersion, major: number, minor: number, patch = 0): boolean {
  return compareKernelVersions(version, [major, minor, patch]) >= 0;
}

export function formatKernelVersion(version: KernelVersion): string {
  return version.join(".");
}
