/** Where kernels come from: the machine's Debian suite, its mirrors, and what is cached already. */
import { LabError } from "../../base/errors.ts";
import { askSites, type CachedKernel, defaultKernelSpec, machineArchitecture } from "../../kernels/index.ts";
import { type Finding, ok } from "./finding.ts";

const HOUR = 3_600_000;

export async function archiveFindings(cached: readonly CachedKernel[]): Promise<Finding[]> {
  const mirrors = await mirrorFinding();
  return [mirrors, await defaultKernelFinding(cached, mirrors), ...cached.map(kernelFinding)];
}

/** Sites only: an address may hold a password. */
async function mirrorFinding(): Promise<Finding> {
  try {
    const architecture = await machineArchitecture();
    const sites = await askSites();
    if (sites) {
      const names = [...new Set([sites.main, sites.security ?? sites.main].map(siteName))];
      const security = sites.security ? "" : ", no security archive";
      return ok("mirrors", `${names.join(", ")} (${architecture}${security})`);
    }
    const text = "apt has no lists of a Debian archive; the first run fetches lists of its own";
    return { subject: "mirrors", state: "limited", text, mend: "apt-get update, if the first run finds none" };
  } catch (error) {
    return { ...refusal("mirrors", error), state: "missing" };
  }
}

export function siteName(address: string): string {
  try {
    return new URL(address.replace(/^mirror\+/, "")).hostname || "a local directory";
  } catch {
    return "a source that is no address";
  }
}

async function defaultKernelFinding(cached: readonly CachedKernel[], mirrors: Finding): Promise<Finding> {
  const subject = "default kernel";
  try {
    const spec = await defaultKernelSpec();
    const known = cached.find((each) => each.spec === spec)?.kernel;
    if (known) return ok(subject, `${spec}: ${known.release}, cached`);
    const fetched = `${spec} is not cached: the first run fetches it`;
    if (mirrors.state !== "missing") return ok(subject, fetched);
    return { subject, state: "missing", text: `${spec} is neither cached nor to be had`, mend: mirrors.mend };
  } catch (error) {
    return { ...refusal(subject, error), state: "missing" };
  }
}

export function kernelFinding({ spec, at, kernel }: CachedKernel): Finding {
  const age = Math.max(0, Math.round((Date.now() - at) / HOUR));
  if (kernel) return ok(spec, `${kernel.release}, cached, archive asked ${age} h ago`);
  return {
    subject: spec,
    state: "limited",
    text: "what the cache has of it is damaged",
    mend: "the next run mends it",
  };
}

function refusal(subject: string, error: unknown): Omit<Finding, "state"> {
  if (!(error instanceof LabError)) throw error;
  return { subject, text: error.message, mend: error.mend };
}
