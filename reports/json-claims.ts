/** The claims ledger for programs: a line a claim, with every part and all it rests on. */
import { meaningOf } from "../lab/compare/run.ts";
import type { Ledger } from "./claims.ts";
import { type PartFinding, partText } from "./claims-finding.ts";
import { jsonLines } from "./json-lines.ts";

const CLAIMS_SCHEMA = "macvlab.claims/1";

export function renderJsonClaims({ kernels, entries }: Ledger): string {
  return jsonLines({
    schema: CLAIMS_SCHEMA,
    kernels: kernels.map(({ id, version }) => ({ id, version })),
    claims: entries.map(({ claim: { id, text, open = false }, verdict, ranges, answers, figures, unasked }) => ({
      id,
      text,
      open,
      verdict,
      ranges: ranges.map(({ kernels: ids, name, changed, value: { word, sentence, parts } }) => ({
        ...{ kernels: ids, name, changed, verdict: word, sentence },
        parts: parts.map(partOf),
      })),
      answers,
      figures,
      unasked,
    })),
  });
}

function partOf({ part, state, found, beside, evidence }: PartFinding) {
  return {
    text: partText(part),
    state,
    found,
    beside,
    evidence: evidence.map(meaningOf),
    captures: [...new Set(evidence.flatMap((answer) => answer.evidence.map(({ capture }) => capture)))],
  };
}
