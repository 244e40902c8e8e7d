/** Which parts of the archive a suite is made of. */
import { OVERLAY_SUITES, ROLLING_SUITES } from "../../images/kernels.ts";
import type { ArchiveSites } from "./archive-site.ts";

export interface Pocket {
  readonly name: string;
  readonly site: string;
  /** Left out when the archive does not have it; a suite that is not optional must exist. */
  readonly optional: boolean;
}

export interface SuitePockets {
  readonly pockets: readonly Pocket[];
  /** The suite apt must be told to prefer (`--target-release`), for one whose packages it would not take by itself. */
  readonly overlay?: string;
}

export function suitePockets(suite: string, sites: ArchiveSites): SuitePockets {
  const bases = overlayBases(suite);
  const found = [suite, ...(bases ?? [])].flatMap((name) => pocketsOf(name, sites));
  const pockets = found.filter((each, index) => found.findIndex((other) => other.name === each.name) === index);
  return bases ? { pockets, overlay: suite } : { pockets };
}

function overlayBases(suite: string): string[] | undefined {
  const overlay = OVERLAY_SUITES.find((each) => each.name.test(suite));
  return overlay?.base.map((base) => suite.replace(overlay.name, base));
}

function pocketsOf(name: string, sites: ArchiveSites): Pocket[] {
  const security = name.endsWith("-security");
  const site = security ? sites.security : sites.main;
  const own: Pocket[] = site ? [{ name, site, optional: false }] : [];
  if (ROLLING_SUITES.includes(name) || overlayBases(name)) return own;
  if (sites.security) own.push({ name: `${name}-security`, site: sites.security, optional: true });
  return [...own, { name: `${name}-updates`, site: sites.main, optional: true }];
}
