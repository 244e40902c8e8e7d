/** `macvlab explain`: one cell of an old run, hop by hop. */
import { type Elsewhere, renderStory, storyOf } from "../../reports/story.ts";
import { UsageError } from "../base/errors.ts";
import type { CellResult } from "../model/results.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { readStoredRun } from "./run-file.ts";

/** Resolves to the exit code. @throws UsageError when no cell is meant, or several. */
export async function explainCommand(name: string, wanted: string): Promise<number> {
  const { results } = await readStoredRun(name);
  const cell = chooseCell(results.cells, wanted);
  process.stdout.write(renderStory(cell, storyOf(cell, elsewhere(results.cells, cell))));
  return EXIT.expected;
}

/** The same question to other kernels. */
function elsewhere(cells: readonly CellResult[], { scenario, kernel, id }: CellResult): Elsewhere[] {
  const name = id.slice(`${scenario} ${kernel} `.length);
  const isAsked = (one: CellResult) => one.scenario === scenario && one.id === `${scenario} ${one.kernel} ${name}`;
  const others = cells.filter((one) => one.id !== id && isAsked(one));
  return others.map((cell) => ({ name: cell.kernel, cell }));
}

function chooseCell(cells: readonly CellResult[], wanted: string): CellResult {
  const exact = cells.find(({ id }) => id === wanted);
  const found = exact ? [exact] : cells.filter(({ id }) => id.includes(wanted));
  const [first] = found;
  if (first && found.length === 1) return first;
  if (!first)
    throw new UsageError(`"${wanted}" is no cell of this run`, { mend: "ids are in results.json and in every report" });
  const some = found.slice(0, 5).map(({ id }) => id);
  const mend = "name one whole, or more of it";
  throw new UsageError(`"${wanted}" is in the ids of ${found.length} cells`, { detail: some.join("\n"), mend });
}
