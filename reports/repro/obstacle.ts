/** Which cells can be scripts: single frames between plain endpoints on veths, told apart by how many copies there are. */
import { excludesEachOther, isInEngine } from "../../lab/model/cell.ts";
import type { CellResult, KernelResult } from "../../lab/model/results.ts";
import { type Party, TALKS } from "../../lab/model/vocabulary.ts";

/** What a script counts. */
export const COUNTED = ["copies", "echo", "wire"] as const;

/** The scenario whose macvtaps are all cards, also where QEMU moves their frames and the cell does not say so. */
const CARDS = "guest-nics";

/** Why a cell cannot be a script, if it cannot. @param kernel what the run says of the cell's. */
export function obstacle(cell: CellResult, kernel?: Pick<KernelResult, "switch">): string | undefined {
  const { traffic, verdict, observed } = cell;
  const ends = endsOf(cell);
  if (isInEngine(ends)) return "a container engine made its ends, and a script makes its own";
  if ((TALKS as readonly string[]).includes(traffic))
    return "it is a conversation of two IP stacks, and a script sends single frames";
  if (verdict === "inconclusive") return "the run could not tell what the kernel does";
  if (observed.error === undefined && observed.copies === undefined) return "nothing was counted";
  if (observed.error !== undefined && !excludesEachOther(ends))
    return `${observed.error} is not what was to be seen, and a script asks for refusals only of two that exclude each other`;
  return builtOtherwise(cell, kernel) ?? typesAlone(cell);
}

const endsOf = ({ placement, reflectiveRelay, source, destination }: CellResult) =>
  ({ placement, reflectiveRelay, source: source as Party, destination: destination as Party }) as const;

/** What it stood on in the run, where that is not what a script makes. */
function builtOtherwise(
  { scenario, lower, vhost }: CellResult,
  kernel: Pick<KernelResult, "switch"> | undefined,
): string | undefined {
  if (scenario === CARDS || vhost) return "its macvtaps are network cards of guests, and a script reads them itself";
  if (lower !== undefined && lower !== "veth") return `its lower devices are ${lower}, and a script has veths`;
  if (kernel?.switch) return "its switch was in another guest, at the end of network cards, and a script has veths";
  return undefined;
}

/** A script of such a mismatch would say of a sound kernel as well that the same is seen. */
function typesAlone({ verdict, expected, observed }: CellResult): string | undefined {
  if (verdict !== "mismatch" || observed.error !== undefined) return undefined;
  if (COUNTED.some((count) => expected[count] !== undefined && expected[count] !== observed[count])) return undefined;
  const types = ({ as = [] }: Pick<CellResult["observed"], "as">) => as.join(" and ") || "nothing";
  return `it arrives as ${types(observed)} instead of as ${types(expected)}, as often as expected, and a script counts frames`;
}
