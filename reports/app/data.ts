/** The data in this file: decoded when it is asked for, each piece once. */
import type { CellResult } from "../../lab/model/results.ts";
import type { Chunk, ReportIndex } from "../html-types.ts";

export async function readIndex(): Promise<ReportIndex> {
  return (await decoded("index")) as ReportIndex;
}

const read = new Map<string, Promise<CellResult[]>>();

/** The whole cell as it is in `results.json`; undefined where the file was cut short. */
export async function readCell(chunks: readonly Chunk[], question: number): Promise<CellResult | undefined> {
  for (const { id, questions } of chunks) {
    const place = questions.indexOf(question);
    if (place < 0) continue;
    const cells = read.get(id) ?? (decoded(id) as Promise<CellResult[]>);
    read.set(id, cells);
    return (await cells)[place];
  }
  return undefined;
}

async function decoded(id: string): Promise<unknown> {
  const element = document.getElementById(`data-${id}`);
  if (!element?.textContent) throw new Error(`the part "${id}" of this report is missing: the file was cut short`);
  const letters = atob(element.textContent.trim());
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}
