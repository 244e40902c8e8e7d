/** Parts of a claim that are about checks: their values, or counts in them. */
import { meaningOf } from "../lab/compare/run.ts";
import type { CheckPart, CountPart, QuotePart, ShownCount } from "../lab/model/claim.ts";
import type { CheckResult } from "../lab/model/results.ts";
import { plural } from "./cell-text.ts";
import {
  type AnswerItem,
  BARE,
  isTold,
  type PartFinding,
  reasonOf,
  stateOf,
  UNTOLD,
  unasked,
  untoldRemark,
} from "./claims-finding.ts";
import { foldTexts } from "./folded-texts.ts";
import { groupBy } from "./group.ts";

/** @param all checks of one kernel, by scenario and id. */
export function checksFinding(
  part: CheckPart | CountPart | QuotePart,
  all: ReadonlyMap<string, CheckResult>,
): PartFinding {
  const { asked, missing } = chosen(part.checks, all);
  if (asked.length === 0) return unasked(part, new Set(part.checks.map((name) => name.split(" ")[0] ?? name)));
  const told = asked.filter(isTold);
  if (told.length === 0) return { ...BARE, part, state: "untold", found: reasonOf(asked), evidence: asked };
  const counted = told.filter((check) => !isRefused(check, part));
  if (counted.length === 0) {
    const found = `the kernel refuses it: ${refusals(told)}`;
    return { ...BARE, part, state: "refused", found, evidence: told };
  }
  if ("asks" in part) return { ...BARE, part, state: "answered", items: quoteItems(asked), evidence: told };
  const against = counted.filter((check) => insteadIn(part, check) !== undefined);
  const state = stateOf(against, counted);
  const instead = groupBy(against, (check) => insteadIn(part, check));
  const isAll = state === "fails" && instead.size === 1;
  const refused = told.filter((check) => !counted.includes(check));
  const beside = [
    ...untoldRemark(asked),
    ...(refused.length > 0 ? [`${refused.length} of them the kernel refuses: ${refusals(refused)}`] : []),
    ...(missing > 0 ? [`${plural(missing, "check", "checks")} of it not in this run`] : []),
  ];
  return {
    ...{ ...BARE, part, beside },
    state,
    found: [...instead].map(([words, own]) => (isAll ? `${words}` : `${words} (${textsOf(own)})`)).join("; "),
    evidence: [...against, ...counted.filter((check) => !against.includes(check))],
  };
}

/** Those that names and patterns stand for, and how many names and patterns stand for none. */
function chosen(
  names: readonly string[],
  all: ReadonlyMap<string, CheckResult>,
): { asked: CheckResult[]; missing: number } {
  const found = names.map((name) => [...all].filter(([own]) => isMeant(own, name)).map(([, check]) => check));
  return { asked: [...new Set(found.flat())], missing: found.filter((own) => own.length === 0).length };
}

/** Whether a check's scenario and id are what a name, or a pattern with `*`, stands for. */
export function isMeant(own: string, name: string): boolean {
  if (!name.includes("*")) return own === name;
  const [first = "", ...rest] = name.split("*");
  const last = rest.pop() ?? "";
  if (own.length < first.length + last.length || !own.startsWith(first) || !own.endsWith(last)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = own.indexOf(piece, from);
    if (at < 0 || at + piece.length > own.length - last.length) return false;
    from = at + piece.length;
  }
  return true;
}

/** A refusal that is the very value that is asked about is none. */
function isRefused({ verdict, observed }: CheckResult, part: CheckPart | CountPart | QuotePart): boolean {
  return verdict === "unsupported" && !("seen" in part && wanted(part).includes(observed));
}

function refusals(checks: readonly CheckResult[]): string {
  return [...new Set(checks.map(({ observed, reason }) => observed || reason || "no reason given"))].join(", ");
}

function wanted({ seen }: CheckPart): readonly string[] {
  return typeof seen === "string" ? [seen] : seen;
}

/** What a check observed instead; undefined where it bears the part out. */
function insteadIn(part: CheckPart | CountPart, { observed }: CheckResult): string | undefined {
  if ("seen" in part) return wanted(part).includes(observed) ? undefined : observed || "nothing";
  const others = part.shows.flatMap((shown) => otherCount(shown, observed) ?? []);
  return others.length === 0 ? undefined : others.join(", ");
}

/** `external>first: first=1` where another count is wanted; undefined where it is that count. */
function otherCount({ frame, count }: ShownCount, observed: string): string | undefined {
  const [name = ""] = count.split("=");
  const entry = entriesOf(observed).find(
    ([own]) => frame === undefined || own === frame || own.startsWith(`${frame} `),
  );
  const isWhole = !count.includes("=");
  const own = isWhole ? entry?.[1] : entry?.[1].split(" ").find((one) => one.startsWith(`${name}=`));
  if (own === count) return undefined;
  const shown = own ?? (isWhole ? "nothing" : `no ${name}`);
  return frame === undefined ? shown : `${frame}: ${shown}`;
}

/** `a>b: x=1; b>a: x=0` as names with their counts; counts without names have an empty one. */
function entriesOf(observed: string): [frame: string, counts: string][] {
  return observed.split("; ").map((entry) => {
    const at = entry.indexOf(": ");
    return at < 0 ? ["", entry] : [entry.slice(0, at), entry.slice(at + 2)];
  });
}

function textsOf(checks: readonly CheckResult[]): string {
  return foldTexts(checks.map(({ text }) => text)).join("; ");
}

function quoteItems(checks: readonly CheckResult[]): AnswerItem[] {
  return checks.map((check) => ({
    key: meaningOf(check),
    about: check.text,
    outcome: isTold(check) ? check.observed || check.reason || "nothing" : UNTOLD,
  }));
}
