/** Parts of a claim that ask how many times one measurement is another. Figures are told, nothing is judged by them. */
import type { RatioPart } from "../lab/model/claim.ts";
import type { Measurement } from "../lab/model/results.ts";
import { type AnswerItem, BARE, type PartFinding, unasked } from "./claims-finding.ts";

/** @param all measurements of one kernel. */
export function ratiosFinding(part: RatioPart, all: readonly Measurement[]): PartFinding {
  const found = part.measured.map(({ what, to }) => {
    const one = all.find(({ scenario, id }) => what === `${scenario} ${id}`);
    return { one, ratio: one?.ratios.find((ratio) => ratio.to === to), other: all.find(({ id }) => id === to) };
  });
  const asked = found.flatMap(({ one }) => one ?? []);
  if (asked.length === 0) return unasked(part, new Set(part.measured.map(({ what }) => what.split(" ")[0] ?? what)));
  const told = found.flatMap(({ one, ratio, other }) => (one && ratio && other ? [{ one, ratio, other }] : []));
  const [{ reason = "there is no sample" } = {}] = asked;
  if (told.length === 0) return { ...BARE, part, state: "untold", found: reason };
  const items = told.map(
    ({ one, other, ratio }): AnswerItem => ({
      key: `${one.id} ${other.id}`,
      about: `${one.text}; to ${other.text}`,
      outcome: outcomeOf(ratio.spread),
    }),
  );
  const figures = told.map(
    ({ one, ratio: { to, median, spread } }) => `${one.id} is ${median} times ${to} (${spread[0]} to ${spread[1]})`,
  );
  return { ...BARE, part, state: "answered", items, figures };
}

/** What every round agrees on; how far apart they are is the machine's as much as the kernel's. */
function outcomeOf([least, greatest]: readonly [number, number]): string {
  if (least > 1) return "more in every round";
  return greatest < 1 ? "less in every round" : "not always more, nor always less";
}
