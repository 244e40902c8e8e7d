/** Which cells can be scripts. */
import type { CellResult } from "../../lab/model/results.ts";
import { TALKS } from "../../lab/model/vocabulary.ts";

/** Why a cell cannot be a script, if it cannot. */
export function obstacle({ traffic, verdict, observed }: CellResult): string | undefined {
  if ((TALKS as readonly string[]).includes(traffic))
    return "it is a conversation of two IP stacks, and a script sends single frames";
  if (verdict === "inconclusive") return "the run could not tell what the kernel does";
  if (observed.error === undefined && observed.copies === undefined) return "nothing was counted";
  return undefined;
}
