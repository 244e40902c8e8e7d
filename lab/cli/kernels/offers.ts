/** The kernels a suite offers as a table: a spec a line, to be copied from there. */
import type { Page } from "../../../reports/terminal-text.ts";
import type { CachedKernel, KernelOffer } from "../../kernels/index.ts";
import { columns, size, time } from "./text.ts";

export interface OfferRow extends KernelOffer {
  readonly cached: boolean;
}

const HEADS = ["SPEC", "RELEASE", "DOWNLOAD"] as const;

export function offerRows(
  { kernels }: { kernels: readonly KernelOffer[] },
  cached: readonly CachedKernel[],
): OfferRow[] {
  const packages = cached.flatMap(({ kernel }) => kernel?.packages ?? []);
  return kernels.map((offer) => {
    const isCached = packages.some(({ name, version }) => name === offer.package && version === offer.version);
    return { ...offer, cached: isCached };
  });
}

/** @param spec of the suite and flavour; @param at when the archive was asked, in milliseconds since 1970. */
export function renderOffers(page: Page, spec: string, at: number, offers: readonly OfferRow[]): string {
  const there = offers.filter(({ gone }) => gone.length === 0).length;
  const title = `${spec}: ${there} of ${offers.length} kernels can be had, as of ${time(at)}\n`;
  if (offers.length === 0) return `${spec} has no kernel, as of ${time(at)}\n`;
  const rows = offers.map((offer) => [`${spec}=${offer.version}`, offer.release, stateOf(offer)]);
  return `${title}${columns(page, HEADS, rows).join("\n")}\n`;
}

function stateOf({ cached, gone, size: bytes, release }: OfferRow): string {
  if (cached) return "cached".padStart(size(0).length);
  if (gone.length === 0) return size(bytes);
  // The release is in the line already.
  const names = gone.map((name) => name.replace(`-${release}`, ""));
  return `cannot be had: no ${names.join(", ")}`;
}
