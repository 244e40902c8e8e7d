/**
 * Whether a parsed file is a run, as far as comparing and reporting rely on it. The schema says it better and takes as
 * long as everything else `macvlab diff` does, so it is asked only to explain what is wrong.
 */
import { RESULTS_SCHEMA } from "../model/schema-ids.ts";

type Fields = Readonly<Record<string, unknown>>;

export function hasResultsShape(value: unknown): boolean {
  if (!isObject(value) || value.schema !== RESULTS_SCHEMA || !isObject(value.run)) return false;
  return areAll(value.kernels, isKernel) && areAll(value.cells, isCell) && areAll(value.checks, isCheck);
}

/** What the file says it is, if it says so. */
export function schemaOf(value: unknown): string | undefined {
  return isObject(value) && typeof value.schema === "string" ? value.schema : undefined;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "number";
const areAll = (value: unknown, is: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);
const hasTexts = (value: Fields, names: readonly string[]): boolean => names.every((name) => isText(value[name]));
const isOptional = (value: unknown, is: (item: unknown) => boolean): boolean => value === undefined || is(value);

function isKernel(value: unknown): boolean {
  if (!isObject(value) || !hasTexts(value, ["id", "version"]) || !isObject(value.health)) return false;
  return isText(value.health.status) && areAll(value.health.findings, isFinding);
}

function isFinding(value: unknown): boolean {
  if (!isObject(value) || !hasTexts(value, ["kind", "title"])) return false;
  return isOptional(value.count, isNumber) && isOptional(value.cause, isText);
}

const CELL = ["id", "scenario", "kernel", "placement", "traffic", "verdict"];

function isCell(value: unknown): boolean {
  if (!isObject(value) || !hasTexts(value, CELL) || typeof value.reflectiveRelay !== "boolean") return false;
  const { source, destination, expected, observed, evidence, neighbours, route, lower, vhost } = value;
  const texts = [neighbours, route, lower].every((how) => isOptional(how, isText));
  const isHow = texts && isOptional(vhost, (is) => is === true);
  const hasRule = isObject(expected) && hasTexts(expected, ["rule", "by"]);
  return (
    hasRule &&
    isHow &&
    isParty(source) &&
    isParty(destination) &&
    [expected, observed].every(isCounts) &&
    isEvidence(evidence)
  );
}

function isCheck(value: unknown): boolean {
  const names = ["id", "scenario", "kernel", "text", "expected", "observed", "rule", "verdict"];
  return isObject(value) && hasTexts(value, names) && isEvidence(value.evidence);
}

function isParty(value: unknown): boolean {
  if (!isObject(value) || !isText(value.kind)) return false;
  return isOptional(value.mode, isText) && isOptional(value.sourceList, isText);
}

function isCounts(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { copies, echo, wire, as, outcome, error, at } = value;
  const counts = [copies, echo, wire].every((count) => isOptional(count, isNumber));
  return (
    counts &&
    isOptional(as, (types) => areAll(types, isText)) &&
    [outcome, error, at].every((text) => isOptional(text, isText))
  );
}

function isEvidence(value: unknown): boolean {
  return areAll(value, (one) => {
    if (!isObject(one) || !hasTexts(one, ["capture", "interface"])) return false;
    return areAll(one.frames, isNumber) && areAll(one.control, isNumber);
  });
}
