/** The report as the program asks it: the index, what of it a query selects, and what two columns make of each other. */
import { type ChangeClass, type ClassedAnswer, changeClass } from "../../lab/compare/classes.ts";
import { behaviour, isConclusive } from "../glyph.ts";
import type { Column, Look, Question, ReportIndex } from "../html-types.ts";
import { partyKey } from "../party.ts";
import { type Category, parseQuery, type Query } from "./query.ts";

export interface Selection {
  /** Places of columns and questions that are shown. */
  readonly columns: readonly number[];
  readonly questions: readonly number[];
}

export class Report {
  readonly index: ReportIndex;
  /** What each question can be found by; for one run of text, its name in lower case. */
  readonly #values: readonly Readonly<Partial<Record<Category, readonly string[]>>>[];
  readonly #texts: readonly string[];

  constructor(index: ReportIndex) {
    this.index = index;
    this.#values = index.questions.map(valuesOf);
    this.#texts = index.names.map((name) => name.toLowerCase());
  }

  get columns(): readonly Column[] {
    return this.index.columns;
  }

  question(place: number): Question {
    return this.index.questions[place] as Question;
  }

  /** Undefined where it was not measured. */
  look(column: number, question: number): Look | undefined {
    return this.index.looks[this.index.answers[column]?.[question] ?? -1];
  }

  /** Place of the question of that name; -1 where this report has none. */
  find(name: string): number {
    return this.index.names.indexOf(name);
  }

  select(text: string): Selection {
    const query = parseQuery(text);
    const columns = this.#columnsOf(query);
    const questions = this.index.questions.flatMap((_, place) => (this.#holds(query, place, columns) ? [place] : []));
    return { columns, questions };
  }

  /** Whether two columns certainly behaved differently. */
  differs(question: number, columns: readonly number[]): boolean {
    let first: string | undefined;
    for (const column of columns) {
      const look = this.look(column, question);
      if (!look || !isConclusive(look.code)) continue;
      const own = behaviour(look.code);
      first ??= own;
      if (own !== first) return true;
    }
    return false;
  }

  classOf(question: number, [before, after]: readonly [number, number]): ChangeClass {
    return changeClass(this.#answer(before, question), this.#answer(after, question));
  }

  #answer(column: number, question: number): ClassedAnswer | undefined {
    const look = this.look(column, question);
    return look && { verdict: look.verdict, behaviour: `${behaviour(look.code)} ${look.outcome}` };
  }

  #columnsOf({ tokens }: Query): number[] {
    const wanted = tokens.get("kernel");
    const all = this.columns.map((_, place) => place);
    if (!wanted) return all;
    return all.filter((place) => {
      const { name, kernel } = this.columns[place] as Column;
      const own = [name, kernel.id, kernel.release].map((one) => one.toLowerCase());
      return wanted.some((value) => own.some((one) => one.includes(value)));
    });
  }

  #holds({ tokens, words }: Query, place: number, columns: readonly number[]): boolean {
    const text = this.#texts[place] ?? "";
    if (!words.every((word) => text.includes(word))) return false;
    for (const [category, wanted] of tokens) {
      if (category === "kernel") continue;
      if (!wanted.some((value) => this.#has(category, value, place, columns))) return false;
    }
    return true;
  }

  #has(category: Category, value: string, place: number, columns: readonly number[]): boolean {
    if (category === "is") return value === "different" && this.differs(place, columns);
    if (category === "class") return this.index.pairs.some((pair) => this.classOf(place, pair) === value);
    if (category === "verdict") return columns.some((column) => this.look(column, place)?.verdict === value);
    if (category === "status")
      return columns.some((column) => (this.look(column, place)?.status ?? "not-measured") === value);
    return this.#values[place]?.[category]?.includes(value) ?? false;
  }
}

function valuesOf(question: Question): Partial<Record<Category, readonly string[]>> {
  const ends = [question.source, question.destination].map((party) => {
    const key = partyKey(party);
    return [party.kind, key, ...(party.mode ? [party.mode] : []), key.slice(key.indexOf("/") + 1)];
  });
  return {
    mode: ends.flat(),
    from: ends[0] ?? [],
    to: ends[1] ?? [],
    traffic: [question.traffic],
    relay: [question.reflectiveRelay ? "on" : "off"],
    placement: [question.placement],
    scenario: [question.scenario],
    claim: question.claims.map((id) => id.toLowerCase()),
  };
}
