/** Kernels of one version that say the same of a claim: whoever was asked most of it speaks for them. */
import type { RunKernel } from "../lab/compare/run.ts";
import type { PartFinding } from "./claims-finding.ts";
import type { ClaimVerdict } from "./claims-verdict.ts";

interface Judged {
  readonly kernel: RunKernel;
  readonly value: ClaimVerdict;
}

/** In the order given, without those of whom another of the very same version says all they say. */
export function spokenFor(judged: readonly Judged[]): Judged[] {
  const unasked = ({ value }: Judged) => value.parts.filter(({ state }) => state === "unasked").length;
  const kept = new Set<Judged>();
  for (const one of [...judged].sort((a, b) => unasked(a) - unasked(b))) {
    const isSaid = [...kept].some((other) => isCopy(one.kernel, other.kernel) && saysAllOf(one.value, other.value));
    if (!isSaid) kept.add(one);
  }
  return judged.filter((one) => kept.has(one));
}

const isCopy = (one: RunKernel, other: RunKernel) => one.version !== "" && one.version === other.version;

function saysAllOf(one: ClaimVerdict, other: ClaimVerdict): boolean {
  return one.parts.every((part, place) => part.state === "unasked" || isSame(part, other.parts[place] as PartFinding));
}

/** What was not asked of one of them is nothing it says. */
function isSame(one: PartFinding, other: PartFinding): boolean {
  const outcomes = new Map(other.items.map(({ key, outcome }) => [key, outcome]));
  return (
    one.state === other.state &&
    one.found === other.found &&
    one.figures.length === 0 &&
    one.items.every(({ key, outcome }) => outcomes.get(key) === outcome)
  );
}
