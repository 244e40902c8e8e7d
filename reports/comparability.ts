/** What compared runs do not share, so that a difference between them need not be the kernel's. */
import type { Results } from "../lab/model/results.ts";
import type { HtmlRun } from "./html-types.ts";

interface Fact {
  readonly value: string | undefined;
  /** What it is a fact about: a run that has that and does not tell the fact may differ in it. */
  readonly about: string;
}

interface Facts {
  readonly facts: ReadonlyMap<string, Fact>;
  /** What a run has: a scenario or a kernel only one of them ran cannot differ. */
  readonly about: ReadonlySet<string>;
}

const THE_RUN = "the run";

/** A sentence for each fact that differs, or that only some of them tell; none for one run. */
export function incomparable(runs: readonly Pick<HtmlRun, "name" | "results">[]): string[] {
  if (runs.length < 2) return [];
  const told = runs.map(({ results }) => factsOf(results));
  const abouts = new Map(told.flatMap(({ facts }) => [...facts].map(([name, { about }]) => [name, about] as const)));
  return [...abouts].flatMap(([fact, about]) => {
    const asked = told.flatMap((one, place) =>
      one.about.has(about) ? [{ run: runs[place]?.name, value: one.facts.get(fact)?.value }] : [],
    );
    if (asked.length < 2 || new Set(asked.map(({ value }) => value)).size === 1) return [];
    return [`${fact} differs: ${asked.map(({ run, value }) => `${short(value)} in ${run}`).join(", ")}`];
  });
}

function factsOf({ run, kernels }: Results): Facts {
  const facts = new Map<string, Fact>();
  const about = new Set<string>([THE_RUN]);
  const tell = (name: string, value: string | undefined, owner = THE_RUN) => {
    about.add(owner);
    facts.set(name, { value, about: owner });
  };
  tell("macvlab", run.version);
  for (const [tool, version] of Object.entries(run.tools ?? {})) tell(tool, version ?? "none");
  for (const { name, revision, topology } of run.scenarios ?? []) {
    tell(`the revision of scenario ${name}`, revision, `scenario ${name}`);
    tell(`the topology of scenario ${name}`, topology, `scenario ${name}`);
  }
  for (const { id, sha256, image, modules } of kernels) {
    const owner = `kernel ${id}`;
    tell(`the kernel image of ${id}`, sha256, owner);
    tell(`the guest image of ${id}`, image?.sha256, owner);
    tell(`iproute2 on ${id}`, image?.iproute2, owner);
    for (const { name, sha256: digest } of modules) tell(`module ${name} of ${id}`, digest, owner);
  }
  return { facts, about };
}

/** A digest by its first letters. */
function short(value: string | undefined): string {
  if (value === undefined) return "not recorded";
  return /^[0-9a-f]{64}$/.test(value) ? value.slice(0, 12) : value;
}
