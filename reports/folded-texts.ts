/** Sentences that differ in a few words as one: `a private, vepa or bridge endpoint that is up`. */
import { groupBy } from "./group.ts";
import { foldProducts } from "./products.ts";

/** What is said is what was there: every combination of the words that are named occurs. */
export function foldTexts(texts: readonly string[]): string[] {
  const words = [...new Set(texts)].map((text) => text.split(" "));
  const places = new Map(words.map((own, place) => [own.join(" "), place]));
  const folded = [...groupBy(words, ({ length }) => length).values()].flatMap((alike) =>
    foldProducts(alike).map((product) => {
      const first = product.map(([word = ""]) => word).join(" ");
      return { place: places.get(first) ?? places.size, text: product.map(alternatives).join(" ") };
    }),
  );
  return folded.sort((a, b) => a.place - b.place).map(({ text }) => text);
}

/** What all of them end with is said once. */
function alternatives(words: readonly string[]): string {
  const [end = ""] = /[,;:]?$/.exec(words[0] ?? "") ?? [];
  const bare = words.every((word) => word.endsWith(end))
    ? words.map((word) => word.slice(0, word.length - end.length))
    : words;
  const last = bare.at(-1) ?? "";
  const said = bare.length < 2 ? last : `${bare.slice(0, -1).join(", ")} or ${last}`;
  return bare === words ? said : said + end;
}
