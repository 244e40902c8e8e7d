/** What compared runs do not share, so that a difference between them need not be the kernel's. */
import type { Results } from "../lab/model/results.ts";
import type { HtmlRun } from "./html-types.ts";

/** A fact by name, undefined where a run does not tell it. */
type Facts = ReadonlyMap<string, string | undefined>;

/** A sentence for each fact that differs, or that only some of them tell; none for one run. */
export function incomparable(runs: readonly Pick<HtmlRun, "name" | "results">[]): string[] {
  if (runs.length < 2) return [];
  const told = runs.map(({ results }) => factsOf(results));
  const names = [...new Set(told.flatMap((facts) => [...facts.keys()]))];
  return names.flatMap((fact) => {
    const asked = told.flatMap((facts, place) =>
      facts.has(fact) ? [{ run: runs[place]?.name, value: facts.get(fact) }] : [],
    );
    if (asked.length < 2 || new Set(asked.map(({ value }) => value)).size === 1) return [];
    return [`${fact} differs: ${asked.map(({ run, value }) => `${short(value)} in ${run}`).join(", ")}`];
  });
}

/** What both runs have: a scenario or a kernel only one of them ran cannot differ. */
function factsOf({ run, kernels }: Results): Facts {
  const facts = new Map<string, string | undefined>([["macvlab", run.version]]);
  for (const [tool, version] of Object.entries(run.tools ?? {})) facts.set(tool, version ?? "none");
  for (const { name, revision, topology } of run.scenarios ?? []) {
    facts.set(`the revision of scenario ${name}`, revision);
    facts.set(`the topology of scenario ${name}`, topology);
  }
  for (const { id, sha256, image, modules } of kernels) {
    facts.set(`the kernel image of ${id}`, sha256);
    facts.set(`the guest image of ${id}`, image?.sha256);
    facts.set(`iproute2 on ${id}`, image?.iproute2);
    for (const { name, sha256: digest } of modules) facts.set(`module ${name} of ${id}`, digest);
  }
  return facts;
}

/** A digest by its first letters. */
function short(value: string | undefined): string {
  if (value === undefined) return "not recorded";
  return /^[0-9a-f]{64}$/.test(value) ? value.slice(0, 12) : value;
}
