/** The kernels of a run on a terminal: what booted, how fast, how it fared. */
import type { Finding, KernelResult, Results } from "../lab/model/results.ts";
import { type KernelNames, nameOf } from "./kernel-names.ts";
import { extrapolatedKernels, findingText, guestsText, replacedModules, switchText, timesText } from "./summary.ts";
import { hanging, type Page, plain, table, visibleLength } from "./terminal-text.ts";

export function kernelLines(page: Page, results: Results, kernels: KernelNames): string[] {
  const extrapolated = extrapolatedKernels(results);
  const byId = new Map(results.kernels.map((kernel) => [kernel.id, kernel]));
  const shown = kernels.ids.flatMap((id) => byId.get(id) ?? []);
  const entries = entryLines(page, shown, kernels);
  const lines = shown.flatMap((kernel, index) => [
    ...(entries[index] ?? []),
    ...hangingSwitch(page, kernel),
    ...guestsText(kernel).flatMap((text) => hanging(page, "    +", text, 6)),
    ...replacedModules(kernel).flatMap(({ name, sha256, replacedBy }) =>
      hanging(page, "    *", `module ${name} replaced by ${replacedBy} (${sha256.slice(0, 12)})`, 6),
    ),
    ...kernel.health.findings.flatMap((finding) => findingLines(page, finding)),
    ...(extrapolated.has(kernel.id) ? [`    ${EXTRAPOLATED}`] : []),
  ]);
  return [page.paint("heading", "KERNELS"), ...lines];
}

function hangingSwitch(page: Page, kernel: KernelResult): string[] {
  const text = switchText(kernel);
  return text === undefined ? [] : hanging(page, "    -", plain(text), 6);
}

function findingLines(page: Page, finding: Finding): string[] {
  const cause = finding.cause === undefined ? [] : hanging(page, "     ", `provoked by ${finding.cause}`, 6);
  return [...hanging(page, "    !", findingText(finding), 6), ...cause];
}

const EXTRAPOLATED = "settled by no reviewed driver: some expectations are extrapolated";

/** One line a kernel; two where one is too long for the terminal. */
function entryLines(page: Page, shown: readonly KernelResult[], kernels: KernelNames): string[][] {
  const names = shown.map((kernel) => nameParts(page, kernel, kernels));
  const facts = shown.map(factParts);
  const healths = shown.map(({ health }) => page.paint(health.status === "ok" ? "reached" : "bad", health.status));
  const wide = table(shown.map((_, place) => [...(names[place] ?? []), ...(facts[place] ?? []), healths[place] ?? ""]));
  if (wide.every((line) => visibleLength(line) <= page.columns)) return wide.map((line) => [line]);
  const first = table(shown.map((_, place) => [...(names[place] ?? []), healths[place] ?? ""]));
  return first.map((line, place) => [line, `    ${(facts[place] ?? []).join(", ")}`]);
}

function nameParts(page: Page, kernel: KernelResult, kernels: KernelNames): string[] {
  const name = nameOf(kernels, kernel.id);
  return [`  ${page.paint("strong", plain(name))}`, name === kernel.id ? "" : plain(kernel.id)];
}

function factParts(kernel: KernelResult): string[] {
  const accelerator = kernel.accelerator === "none" ? "no guest" : kernel.accelerator;
  return [plain(kernel.release) || "release unknown", accelerator, timesText(kernel)];
}
