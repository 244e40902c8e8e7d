/**
 * JUnit XML in the form of Ant's JUnit task, which every CI reads: a testsuite per kernel and scenario. A mismatch is a
 * failure, what the lab could not tell is an error, a refusal that was predicted is skipped. Cells have no time of their
 * own, they are asked all at once.
 */
import type { Results } from "../../lab/model/results.ts";
import { wellFormed } from "./one-line.ts";
import { type Case, countStatuses, HEALTH, type Suite, suitesOf } from "./outcomes.ts";

export function* renderJunit(results: Results): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n';
  for (const [index, suite] of suitesOf(results).entries()) yield* suiteText(results, suite, index);
  yield "</testsuites>\n";
}

function* suiteText(results: Results, suite: Suite, index: number): Generator<string> {
  const { failed, error, skipped } = countStatuses(suite.cases);
  const kernel = results.kernels.find(({ id }) => id === suite.kernel);
  const seconds = suite.scenario === HEALTH ? (kernel?.seconds.total ?? 0) : 0;
  const attributes = {
    name: `${suite.kernel} ${suite.scenario}`,
    package: suite.kernel,
    id: String(index),
    timestamp: results.run.startedAt.slice(0, 19),
    hostname: "localhost",
    tests: String(suite.cases.length),
    failures: String(failed),
    errors: String(error),
    skipped: String(skipped),
    time: seconds.toFixed(3),
  };
  yield `<testsuite${attributesText(attributes)}>\n`;
  const facts = { release: kernel?.release, version: kernel?.version, sha256: kernel?.sha256 };
  yield propertiesText({ run: results.run.id, macvlab: results.run.version, ...facts });
  for (const one of suite.cases) yield caseText(one, `${suite.kernel}.${suite.scenario}`);
  yield "<system-out/>\n<system-err/>\n</testsuite>\n";
}

function propertiesText(properties: Readonly<Record<string, string | undefined>>): string {
  const known = Object.entries(properties).filter(([, value]) => value !== undefined && value !== "");
  const lines = known.map(([name, value = ""]) => `<property${attributesText({ name, value })}/>\n`);
  return `<properties>\n${lines.join("")}</properties>\n`;
}

const ELEMENTS = { failed: "failure", error: "error" } as const;

function caseText({ name, status, kind, message, facts }: Case, classname: string): string {
  const head = `<testcase${attributesText({ name, classname, time: "0" })}`;
  if (status === "passed") return `${head}/>\n`;
  if (status === "skipped") return `${head}>\n<skipped${attributesText({ message })}/>\n</testcase>\n`;
  const element = ELEMENTS[status];
  const text = facts.map(([fact, value]) => `${fact}: ${value}\n`).join("");
  return `${head}>\n<${element}${attributesText({ message, type: kind })}>${xmlText(text)}</${element}>\n</testcase>\n`;
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xmlText(value)}"`)
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Characters XML 1.0 has no way to write become U+FFFD; line ends and tabs survive in attributes as well. */
export function xmlText(text: string): string {
  return wellFormed(text)
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\u{FFFD}")
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
