/** `macvlab kernels`: what is cached and what there is to be had; each resolves to its exit code. */
import { KERNEL_FLAVOURS } from "../../images/kernels.ts";
import { UsageError } from "../base/errors.ts";
import {
  cachedKernels,
  findCached,
  orphanedKernels,
  parseKernelSpec,
  resolveKernel,
  suiteKernels,
} from "../kernels/index.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { renderCached, renderOrphans } from "./kernels/cached.ts";
import { offerRows, renderOffers } from "./kernels/offers.ts";
import { removeAll, removeSpecs } from "./kernels/remove.ts";
import { renderKernel } from "./kernels/show.ts";
import { standardPage } from "./kernels/text.ts";

export interface ListFlags {
  readonly refresh: boolean;
}

/** @param suite `SUITE`, `debian:SUITE` or `debian:SUITE/FLAVOUR`; absent: the cache. */
export async function listKernels(suite: string | undefined, { refresh }: ListFlags): Promise<number> {
  if (suite === undefined) return listCache();
  const typed = suite.startsWith("debian:") ? suite : `debian:${suite}`;
  const spec = parseKernelSpec(typed);
  if (spec.kind !== "debian" || spec.version !== undefined) {
    throw new UsageError(`"${suite}" is not a suite`, { mend: "macvlab kernels list SUITE, or debian:SUITE/FLAVOUR" });
  }
  const flavours = typed.includes("/") ? [spec.flavour] : KERNEL_FLAVOURS;
  const cached = await cachedKernels();
  for (const [place, flavour] of flavours.entries()) {
    const offers = await suiteKernels(spec.suite, flavour, { refresh: refresh && place === 0, note });
    const text = renderOffers(standardPage(), `debian:${spec.suite}/${flavour}`, offers.at, offerRows(offers, cached));
    write(place === 0 ? text : `\n${text}`);
  }
  return EXIT.expected;
}

async function listCache(): Promise<number> {
  const kernels = await cachedKernels();
  const orphans = await orphanedKernels(kernels);
  write(await renderCached(standardPage(), kernels));
  write(await renderOrphans(orphans));
  return EXIT.expected;
}

export async function fetchKernels(specs: readonly string[], { refresh }: ListFlags): Promise<number> {
  const other = specs.find((spec) => parseKernelSpec(spec).kind !== "debian");
  if (other !== undefined) throw new UsageError(`there is nothing to fetch for "${other}": it is on this machine`);
  for (const spec of specs) await resolveKernel(spec, { refresh, note: (line) => note(`${spec}: ${line}`) });
  const found = await Promise.all(specs.map(findCached));
  write(
    await renderCached(standardPage(), [...new Map(found.flatMap((one) => (one ? [[one.spec, one]] : []))).values()]),
  );
  return EXIT.expected;
}

export async function showKernel(typed: string): Promise<number> {
  if (parseKernelSpec(typed).kind !== "debian") {
    write(await renderKernel(standardPage(), await resolveKernel(typed)));
    return EXIT.expected;
  }
  const cached = await findCached(typed);
  if (!cached?.kernel) throw notCached(typed);
  write(await renderKernel(standardPage(), cached.kernel, cached.at));
  return EXIT.expected;
}

export async function removeKernels(specs: readonly string[], { all }: { readonly all: boolean }): Promise<number> {
  if (all !== (specs.length === 0)) throw new UsageError("name the kernels to remove, or --all: one of both");
  const known = await cachedKernels();
  if (all) {
    write(await removeAll(known));
    return EXIT.expected;
  }
  const victims = await Promise.all(specs.map(findVictim));
  write(await removeSpecs(victims, known));
  return EXIT.expected;
}

/** A kernel of the user's own has nothing in the cache but its images. */
async function findVictim(typed: string): Promise<{ typed: string; kernel?: KernelArtefacts; spec?: string }> {
  if (parseKernelSpec(typed).kind !== "debian") return { typed, kernel: await resolveKernel(typed) };
  const cached = await findCached(typed);
  if (!cached) throw notCached(typed);
  return { typed, spec: cached.spec, ...(cached.kernel ? { kernel: cached.kernel } : {}) };
}

function notCached(spec: string): UsageError {
  return new UsageError(`"${spec}" is not in the cache`, {
    mend: `macvlab kernels list tells what is; macvlab kernels fetch ${spec} fetches it`,
  });
}

function write(text: string): void {
  process.stdout.write(text);
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
