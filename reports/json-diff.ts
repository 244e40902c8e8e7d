/** `macvlab diff --format json`: the groups with their rules, then every change with what was observed, the rule and the evidence on both sides. */
import type { Change } from "../lab/compare/changes.ts";
import { type Answer, isCell, meaningOf, type RunKernel, ruleOf } from "../lab/compare/run.ts";
import { answerOf } from "./change-groups.ts";
import { type Diff, type DiffSide, diffSummary, sizeOf } from "./diff.ts";
import { jsonLines } from "./json-lines.ts";

const DIFF_SCHEMA = "macvlab.diff/1";

export function renderJsonDiff(diff: Diff): string {
  const { compared, pairs, gone, appeared, health } = diff.comparison;
  const json = {
    schema: DIFF_SCHEMA,
    summary: diffSummary(diff),
    before: sideOf(diff.before),
    after: sideOf(diff.after),
    compared: { ...compared, kernels: pairs.map(({ before, after }) => [before.id, after.id]) },
    kernels: {
      gone: gone.map(({ id }) => id),
      appeared: appeared.map(({ id }) => id),
      health: health.map(({ before, after }) => ({ before: healthOf(before), after: healthOf(after) })),
    },
    groups: diff.groups.map(({ kind, rules, changes }, group) => ({
      group,
      kind,
      rules,
      ...sizeOf(changes.map(answerOf)),
    })),
    changes: diff.groups.flatMap(({ changes }, group) => changes.map((change) => ({ group, ...changeOf(change) }))),
  };
  return jsonLines(json);
}

function sideOf({ name, directory, run }: DiffSide) {
  return { name, directory, kernels: run.kernels.map(({ id, version }) => ({ id, version })) };
}

function healthOf({ id, health: { status, findings } }: RunKernel) {
  return { id, status, findings: findings.map(({ kind, title }) => ({ kind, title })) };
}

function changeOf(change: Change) {
  const answer = answerOf(change);
  return {
    what: isCell(answer) ? "cell" : "check",
    name: meaningOf(answer),
    ...(change.kind === "changed" ? { aspects: change.aspects } : {}),
    ...(change.before ? { before: answerPart(change.before) } : {}),
    ...(change.after ? { after: answerPart(change.after) } : {}),
  };
}

function answerPart(answer: Answer) {
  const { id, kernel, verdict, reason, observed, evidence } = answer;
  const seen = isCell(answer) ? { ...answer.observed, seen: undefined, path: undefined, leaked: undefined } : observed;
  return { id, kernel, observed: seen, verdict, reason, rule: ruleOf(answer), evidence };
}
