/** Planting: the edits of a fault made in a driver's source. An edit that does not fit exactly is an error, never left out. */
import { functionTexts } from "../oracle/c-functions.ts";
import type { Edit } from "./fault.ts";

/** The source with all edits made. @throws Error saying which edit does not fit, and how. */
export function plant(source: string, edits: readonly Edit[]): string {
  return edits.reduce(makeEdit, source);
}

function makeEdit(source: string, { function: names, find, replace }: Edit): string {
  const texts = [names].flat().flatMap((name) => functionTexts(source, name));
  const where = [names]
    .flat()
    .map((name) => `"${name}"`)
    .join(" or ");
  if (texts.length === 0) throw new Error(`the source defines no ${where}`);
  const holders = texts.filter((text) => find.test(text));
  const found = holders.flatMap((text) => [...text.matchAll(new RegExp(find, "g"))]).length;
  if (found !== 1) throw new Error(`${find} matches ${found} times in ${where} instead of once`);
  const [text = ""] = holders;
  const at = source.indexOf(text);
  return source.slice(0, at) + text.replace(find, replace) + source.slice(at + text.length);
}
