/** The kernels of a run in Markdown: a table, and the log of whatever was wrong with one. */
import { tail } from "../lab/base/errors.ts";
import type { KernelResult, Results } from "../lab/model/results.ts";
import { type KernelNames, nameOf } from "./kernel-names.ts";
import { codeSpan, escapeText, foldedLog, markdownTable } from "./markdown-text.ts";
import { extrapolatedKernels, findingText, guestsText, replacedModules, switchText } from "./summary.ts";

/** Lines of a finding's log that are quoted. */
const LOG_LINES = 60;
const HEAD = ["Kernel", "Spec", "Release", "Accelerator", "Boot", "Total", "Health", "Expectations"];
const EXTRAPOLATED =
  "Expectations are *extrapolated* where no reviewed driver settles them: the kernel is newer, older or between reviewed versions where they differ.";

export function kernelMarkdown(results: Results, kernels: KernelNames): string[] {
  const byId = new Map(results.kernels.map((kernel) => [kernel.id, kernel]));
  const shown = kernels.ids.flatMap((id) => byId.get(id) ?? []);
  const extrapolated = extrapolatedKernels(results);
  const measured = new Set([...results.cells, ...results.checks].map((item) => item.kernel));
  const basis = (id: string) => (extrapolated.has(id) ? "extrapolated" : measured.has(id) ? "reviewed" : "");
  const rows = shown.map((kernel) => [...kernelRow(kernel, nameOf(kernels, kernel.id)), basis(kernel.id)]);
  const findings = shown.flatMap((kernel) => findingParts(kernel, nameOf(kernels, kernel.id)));
  const table = markdownTable(HEAD, rows).join("\n");
  const switches = shown.flatMap((kernel) => {
    const text = switchText(kernel);
    return text === undefined ? [] : [`- **${escapeText(nameOf(kernels, kernel.id))}**: ${escapeText(text)}`];
  });
  const guests = shown.flatMap((kernel) =>
    guestsText(kernel).map((text) => `- **${escapeText(nameOf(kernels, kernel.id))}**: ${escapeText(text)}`),
  );
  const replaced = shown.flatMap((kernel) => replacedLines(kernel, nameOf(kernels, kernel.id)));
  return [
    "## Kernels",
    table,
    ...(switches.length > 0 ? [switches.join("\n")] : []),
    ...(guests.length > 0 ? [guests.join("\n")] : []),
    ...(replaced.length > 0 ? [replaced.join("\n")] : []),
    ...(extrapolated.size > 0 ? [EXTRAPOLATED] : []),
    ...findings,
  ];
}

function replacedLines(kernel: KernelResult, name: string): string[] {
  return replacedModules(kernel).map(({ name: module, sha256, replacedBy }) => {
    const hash = `SHA-256 ${codeSpan(sha256)}`;
    return `- **${escapeText(name)}**: module ${codeSpan(module)} replaced by ${codeSpan(replacedBy)}, ${hash}`;
  });
}

function kernelRow({ id, release, accelerator, seconds, boots, health }: KernelResult, name: string): string[] {
  return [
    `**${escapeText(name)}**`,
    codeSpan(id),
    escapeText(release) || "unknown",
    accelerator,
    accelerator === "none" ? "" : `${seconds.boot.toFixed(1)} s`,
    `${seconds.total.toFixed(1)} s${boots === undefined ? "" : `, ${boots} guests`}`,
    health.status === "ok" ? "ok" : `**${health.status}**`,
  ];
}

function findingParts({ health }: KernelResult, name: string): string[] {
  return health.findings.map((finding) => {
    const cause = finding.cause === undefined ? [] : [`Provoked by ${codeSpan(finding.cause)}.`, ""];
    return [...foldedLog(`${name}: ${findingText(finding)}`, tail(finding.log, LOG_LINES)), "", ...cause]
      .join("\n")
      .trimEnd();
  });
}
