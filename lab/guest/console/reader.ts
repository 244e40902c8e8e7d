/** Reads a console as it grows, each line once, and tells of each thing the kernel complains of. */
import { HEALTH_OF } from "../../model/finding.ts";
import type { Finding } from "../../model/results.ts";
import { CONSEQUENCE, KILLED_INIT } from "./crash-signs.ts";
import { NMI_PANIC } from "./hang-signs.ts";
import { type ConsoleLine, consoleLines } from "./line.ts";
import { append, belongs, continues, logOf, type OpenReport, openReport } from "./report.ts";
import { BANNER, type Sign } from "./sign.ts";
import { ANNOUNCED, ANNOUNCEMENT, SIGNS, SPEAKS_OF_TROUBLE } from "./signs.ts";

export interface ConsoleReader {
  /** Takes the next piece of console; returns what is new of the reports that are whole now. */
  readonly read: (piece: string) => Finding[];
  /** Nothing came for a while: reports without an end of their own are whole. Returns what is new of them. */
  readonly quiet: () => Finding[];
  /** Findings of all reports that were whole so far, with their counts and logs of now: their titles stay. */
  readonly told: () => Finding[];
  /** All findings so far in the order they were told in, reports that are not whole yet included. */
  readonly findings: () => Finding[];
}

/** A finding, and the report that told of it first. */
interface Entry {
  readonly title: string;
  readonly report: OpenReport;
  count: number;
}

interface State {
  /** By who speaks: the report being read, and lines that announce one. */
  readonly open: Map<string, OpenReport>;
  readonly preludes: Map<string, ConsoleLine[]>;
  /** By title, and by what else makes two reports one. */
  readonly entries: Map<string, Entry>;
  readonly told: WeakMap<OpenReport, Entry>;
  /** The last report that is over, and lines since then. */
  last?: OpenReport;
  since: number;
  news: Entry[];
}

export function consoleReader(): ConsoleReader {
  const state: State = {
    open: new Map(),
    preludes: new Map(),
    entries: new Map(),
    told: new WeakMap(),
    since: 0,
    news: [],
  };
  let rest = "";
  return {
    read(piece) {
      const end = piece.lastIndexOf("\n");
      if (end >= 0) for (const line of consoleLines(rest + piece.slice(0, end))) take(state, line);
      rest = end < 0 ? rest + piece : piece.slice(end + 1);
      return news(state);
    },
    quiet() {
      for (const caller of [...state.open.keys()]) close(state, caller);
      return news(state);
    },
    told: () => [...new Set(state.entries.values())].map(asFinding),
    findings: () => preview(state).map(asFinding),
  };
}

function take(state: State, line: ConsoleLine): void {
  state.since += 1;
  const report = state.open.get(line.caller) ?? shownProcessor(state, line);
  const ended = endOf(state, line, report);
  if (ended) {
    die(state, ended, line);
    return;
  }
  const prelude = state.preludes.get(line.caller) ?? [];
  const started = report && continues(report, line) ? undefined : signOf(line, prelude);
  if (started) open(state, line, prelude, started);
  else if (report && !ANNOUNCEMENT.test(line.text) && belongs(report, line)) extend(state, report, line);
  else announce(state, line, prelude);
}

/** The report a panic is the end of, if it is one's. */
function endOf(state: State, { text }: ConsoleLine, report: OpenReport | undefined): OpenReport | undefined {
  const before = report ?? state.last;
  if (!before || before.stage === "panic") return undefined;
  const own = state.told.get(before)?.report ?? before;
  if (CONSEQUENCE.test(text)) return own;
  if (NMI_PANIC.test(text)) return HEALTH_OF[before.sign.kind] === "hang" ? own : undefined;
  const near = report !== undefined || state.since < FEW_LINES;
  return KILLED_INIT.test(text) && near && HEALTH_OF[before.sign.kind] === "oops" ? own : undefined;
}

/** An oops of process 1 kills it within this many lines. */
const FEW_LINES = 60;

function die(state: State, report: OpenReport, line: ConsoleLine): void {
  report.stage = "panic";
  state.open.set(line.caller, report);
  append(report, line);
}

/** Another processor that a report had asked to show its stack. */
function shownProcessor({ open }: State, { caller }: ConsoleLine): OpenReport | undefined {
  return caller.startsWith("C") ? [...open.values()].find(({ processors }) => processors) : undefined;
}

type Started = readonly [Sign, RegExpExecArray];

function signOf({ text }: ConsoleLine, prelude: readonly ConsoleLine[]): Started | undefined {
  if (!SPEAKS_OF_TROUBLE.test(text)) return undefined;
  const announced = prelude.some((line) => ANNOUNCEMENT.test(line.text));
  for (const sign of announced ? [...SIGNS, ...ANNOUNCED] : SIGNS) {
    const match = sign.start.exec(text);
    if (match) return [sign, match];
  }
  return undefined;
}

function open(state: State, line: ConsoleLine, prelude: readonly ConsoleLine[], [sign, match]: Started): void {
  close(state, line.caller);
  state.preludes.delete(line.caller);
  const report = openReport(sign, match, prelude);
  state.open.set(line.caller, report);
  append(report, line);
}

function extend(state: State, report: OpenReport, line: ConsoleLine): void {
  append(report, line);
  if (report.stage === "ended") tell(state, report);
}

/** Between the line that announces a report and the one that names it stands what the kernel has to say. */
const LONGEST_PRELUDE = 8;

/** A line of no report: it may announce one. */
function announce(state: State, line: ConsoleLine, prelude: readonly ConsoleLine[]): void {
  close(state, line.caller);
  if (BANNER.test(line.text) || ANNOUNCEMENT.test(line.text)) state.preludes.set(line.caller, [line]);
  else if (prelude.length > 0 && prelude.length < LONGEST_PRELUDE) state.preludes.set(line.caller, [...prelude, line]);
  else state.preludes.delete(line.caller);
}

function close(state: State, caller: string): void {
  const report = state.open.get(caller);
  if (!report) return;
  state.open.delete(caller);
  tell(state, report);
  state.last = report;
  state.since = 0;
}

function tell(state: State, report: OpenReport): void {
  if (state.told.has(report)) return;
  const title = titleOf(report);
  const keys = keysOf(report, title);
  const known = keys.map((key) => state.entries.get(key)).find(Boolean);
  const entry = known ?? { title, report, count: 0 };
  entry.count += 1;
  state.told.set(report, entry);
  for (const key of keys) state.entries.set(key, entry);
  if (!known) state.news.push(entry);
}

function titleOf({ sign, match, texts }: OpenReport): string {
  return sign.title(match, texts);
}

function keysOf({ sign, match }: OpenReport, title: string): string[] {
  return sign.key ? [title, `${sign.kind} ${sign.key(match)}`] : [title];
}

function news(state: State): Finding[] {
  const entries = state.news;
  state.news = [];
  return entries.map(asFinding);
}

/** What there is, as if the console ended here. */
function preview(state: State): Entry[] {
  const entries = new Set(state.entries.values());
  const copies = new Map([...entries].map((entry) => [entry, { ...entry }]));
  const fresh: Entry[] = [];
  for (const report of state.open.values()) {
    if (state.told.has(report)) continue;
    const title = titleOf(report);
    const known = keysOf(report, title)
      .map((key) => state.entries.get(key))
      .find(Boolean);
    const copy = known ? copies.get(known) : fresh.find((one) => one.title === title);
    if (copy) copy.count += 1;
    else fresh.push({ title, report, count: 1 });
  }
  return [...copies.values(), ...fresh];
}

function asFinding({ title, report, count }: Entry): Finding {
  const { kind, kindOf } = report.sign;
  return { kind: kindOf?.(report.texts) ?? kind, title, log: logOf(report), ...(count > 1 ? { count } : {}) };
}
