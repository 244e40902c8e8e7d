/** What a run saw of one cell on its other kernels: where it was as expected last, and where it began to differ. Pure. */
import type { CellResult, Results } from "../../lab/model/results.ts";

export interface KernelCell {
  readonly version: string;
  readonly release: string;
  readonly cell: CellResult | undefined;
}

export interface Neighbours {
  /** The nearest older kernel, where that did as expected. */
  readonly lastGood: KernelCell | undefined;
  /** The oldest of those that did the same without a gap; absent where the one before it was not told. */
  readonly firstBad: KernelCell | undefined;
  /** Why one of them is not known. */
  readonly why: string | undefined;
}

/** Never across a kernel of the run that could not tell: what is there is not known. */
export function neighboursOf(cell: CellResult, { kernels, cells }: Results): Neighbours {
  const name = nameOf(cell);
  const all = kernels
    .map(({ id, version = "", release = "" }): KernelCell & { readonly id: string } => {
      return { id, version, release, cell: cells.find((one) => one.kernel === id && nameOf(one) === name) };
    })
    .sort((one, other) => compare(one.version, other.version));
  const at = all.findIndex(({ id }) => id === cell.kernel);
  let first = at;
  while (first > 0 && all[first - 1]?.cell?.verdict === "mismatch") first -= 1;
  const before = all[first - 1];
  if (!before) return { lastGood: undefined, firstBad: undefined, why: "no older kernel was measured in this run" };
  if (before.cell?.verdict === "match") return { lastGood: before, firstBad: all[first], why: undefined };
  const verdict = before.cell?.verdict ?? "not measured";
  return {
    lastGood: undefined,
    firstBad: undefined,
    why: `on ${before.version}, the next older one, it is ${verdict}`,
  };
}

/** A cell's id without its kernel. */
const nameOf = ({ id, kernel }: CellResult): string => id.replace(`${kernel} `, "");

function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split(".").map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
