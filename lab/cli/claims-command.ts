/** `macvlab claims`: the claims ledger over the kernels of one run or several. */
import { foldClaims } from "../../reports/claims.ts";
import { renderJsonClaims } from "../../reports/json-claims.ts";
import { renderMarkdownClaims } from "../../reports/markdown-claims.ts";
import { renderTerminalClaims } from "../../reports/terminal-claims.ts";
import { CLAIMS } from "../../scenarios/claims.ts";
import { UsageError } from "../base/errors.ts";
import { mergeRuns } from "../compare/merge.ts";
import type { Claim } from "../model/claim.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { writeOutput } from "./output-file.ts";
import { readRuns } from "./run-file.ts";

export interface ClaimsFlags {
  readonly claim: readonly string[];
  readonly format: "text" | "markdown" | "json";
  readonly out?: string;
}

/** Resolves to the exit code: a claim that does not hold is no failure. */
export async function claimsCommand(names: readonly string[], { claim, format, out }: ClaimsFlags): Promise<number> {
  const claims = chosen(claim);
  const ledger = foldClaims(mergeRuns(await readRuns(names)), claims);
  const columns = process.stdout.columns ?? 100;
  const colour = out === undefined && (process.stdout.hasColors?.() ?? false);
  const render = {
    text: () => renderTerminalClaims(ledger, { columns, colour }),
    markdown: () => renderMarkdownClaims(ledger),
    json: () => renderJsonClaims(ledger),
  };
  writeOutput(out, render[format]());
  return EXIT.expected;
}

function chosen(ids: readonly string[]): readonly Claim[] {
  const known = CLAIMS.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new UsageError(`"${unknown}" is no claim of the ledger`, { mend: `choose of ${known.join(", ")}` });
  return ids.length === 0 ? CLAIMS : CLAIMS.filter(({ id }) => ids.includes(id));
}
