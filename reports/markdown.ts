/** `report.md`: a run's results as GitHub-flavoured Markdown, to be read beside its captures. */
import type { Results } from "../lab/model/results.ts";
import { foldChecks } from "./checks.ts";
import { deviations } from "./deviations.ts";
import { type KernelNames, kernelNames, kernelPhrase } from "./kernel-names.ts";
import { deviationMarkdown } from "./markdown-deviations.ts";
import { differenceMarkdown } from "./markdown-differences.ts";
import { kernelMarkdown } from "./markdown-kernels.ts";
import { matrixMarkdown } from "./markdown-matrix.ts";
import { measurementMarkdown } from "./markdown-measurements.ts";
import { codeSpan, escapeText, markdownTable } from "./markdown-text.ts";
import { leakText, summaryText } from "./summary.ts";

export function renderMarkdown(results: Results): string {
  const kernels = kernelNames(results);
  const parts = [
    titleParts(results),
    kernelMarkdown(results, kernels),
    differenceMarkdown(results, kernels),
    matrixMarkdown(results, kernels),
    checkParts(results, kernels),
    measurementMarkdown(results, kernels),
    deviationMarkdown(deviations(results), kernels, results),
  ];
  return `${parts.flat().join("\n\n")}\n`;
}

function titleParts(results: Results): string[] {
  const { run } = results;
  const facts = `Run ${codeSpan(run.id)}, ${run.startedAt}, ${run.seconds.toFixed(1)} s, macvlab ${escapeText(run.version)}`;
  const host = `on Linux ${escapeText(run.host.release)} with ${run.host.cpus} CPUs`;
  const command = codeSpan(`macvlab ${run.command.join(" ")}`);
  return ["# Who can talk to whom", `**${escapeText(summaryText(results))}**`, `${facts}, ${host}: ${command}`];
}

function checkParts(results: Results, kernels: KernelNames): string[] {
  const leak = leakText(results);
  const checks = foldChecks(results);
  if (checks.length === 0) return leak === undefined ? [] : [escapeText(leak)];
  const rows = checks.flatMap((check) =>
    check.answers.map((answer) => [
      codeSpan(check.id),
      check.claim ?? "",
      escapeText(check.text),
      escapeText(answer.expected),
      escapeText(answer.observed),
      answer.verdict === "match" || answer.verdict === "unsupported" ? answer.verdict : `**${answer.verdict}**`,
      escapeText(kernelPhrase(kernels, answer.kernels)),
    ]),
  );
  const head = ["Check", "Claim", "What", "Expected", "Observed", "Verdict", "Kernels"];
  return [...(leak === undefined ? [] : [escapeText(leak)]), "## Checks", markdownTable(head, rows).join("\n")];
}
