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

function alternatives(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}
