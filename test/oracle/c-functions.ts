/**
 * Finds functions in C source by name and reduces them to a hash that only changes with the code: comments gone,
 * white space folded. No parser: strings, comments, preprocessor lines and braces are all it knows.
 */
import { createHash } from "node:crypto";
import { type BlankedSource, blankOut, withoutComments } from "./c-text.ts";

/** SHA-256 of a function's normalised text; undefined when `source` does not define it. */
export function functionHash(source: string, name: string): string | undefined {
  const texts = functionTexts(source, name);
  if (texts.length === 0) return undefined;
  return createHash("sha256").update(texts.map(normalise).join("\n")).digest("hex");
}

/** One text per definition, return type included; more than one where `#ifdef` chooses between them. */
export function functionTexts(source: string, name: string): string[] {
  const { code, branches } = blankOut(source);
  const texts: string[] = [];
  const wanted = new RegExp(`(?<![\\w.>])${name}\\s*\\(`, "g");
  const outside = topLevel(code, branches);
  for (let found = wanted.exec(code); found; found = wanted.exec(code)) {
    if (!outside(found.index)) continue;
    const body = bodyAfter(code, closing(code, wanted.lastIndex - 1, branches));
    if (body === undefined) continue;
    texts.push(source.slice(startOf(code, found.index), closing(code, body, branches) + 1));
  }
  return texts;
}

/** Comments stripped, every run of white space one space. */
export function normalise(text: string): string {
  return withoutComments(text).replace(/\s+/g, " ").trim();
}

type Branches = BlankedSource["branches"];

/** Characters: return types and attributes before a name are shorter. */
const FARTHEST = 1000;
const OPENING = "([{";
const CLOSING = ")]}";

/**
 * Walks over `code` from `start`, telling `visit` the depth after each bracket, until `visit` returns true. Every branch
 * of an `#if` begins at the depth of its `#if`, so a brace opened in two branches and closed once counts once.
 */
function walk(code: string, start: number, branches: Branches, visit: (at: number, depth: number) => boolean): number {
  const saved: number[] = [];
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    const branch = branches.get(at);
    if (branch === "if") saved.push(depth);
    else if (branch === "else") depth = saved.at(-1) ?? depth;
    else if (branch === "endif") saved.pop();
    const character = code.charAt(at);
    if (OPENING.includes(character)) depth++;
    else if (CLOSING.includes(character)) depth--;
    else continue;
    if (visit(at, depth)) return at;
  }
  return code.length;
}

/** Tells positions outside all brackets from those inside. */
function topLevel(code: string, branches: Branches): (position: number) => boolean {
  const ranges: [number, number][] = [];
  let opened: number | undefined;
  walk(code, 0, branches, (at, depth) => {
    if (depth > 0) opened ??= at;
    else if (opened !== undefined) {
      ranges.push([opened, at]);
      opened = undefined;
    }
    return false;
  });
  return (position) => !ranges.some(([from, to]) => from < position && position < to);
}

/** Position of the bracket that closes the one at `open`. */
function closing(code: string, open: number, branches: Branches): number {
  return walk(code, open, branches, (_at, depth) => depth === 0);
}

/** Position of the brace that opens the body, if what ends at `parameters` is a definition: attributes may stand between. */
function bodyAfter(code: string, parameters: number): number | undefined {
  const between = /^\)(?:\s+\w+(?:\s*\([^()]*\))?)*\s*\{/.exec(code.slice(parameters, parameters + 400));
  return between ? parameters + between[0].length - 1 : undefined;
}

/** A definition begins after the last declaration, body or empty line before its name. */
function startOf(code: string, name: number): number {
  const before = code.slice(0, name);
  const emptyLine = [...before.slice(-FARTHEST).matchAll(/\n[ \t]*(?=\n)/g)].at(-1)?.index ?? -1;
  const offset = Math.max(0, before.length - FARTHEST);
  const last = Math.max(before.lastIndexOf(";"), before.lastIndexOf("}"), emptyLine + (emptyLine < 0 ? 0 : offset));
  const gap = /^\s*/.exec(before.slice(last + 1))?.[0] ?? "";
  return last + 1 + gap.length;
}
