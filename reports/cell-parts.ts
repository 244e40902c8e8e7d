/**
 * What a reader needs to act on a cell that is not as expected. Every part is there, or says why it is not: the type has
 * no third way, and a part nobody provided for does not compile.
 */
import type { CellResult, KernelResult } from "../lab/model/results.ts";
import { countsText } from "./cell-text.ts";
import { framesByCapture } from "./deviations.ts";
import { obstacle } from "./repro/obstacle.ts";

export const CELL_PARTS = ["expected", "observed", "kernel", "counters", "capture", "raw", "repro", "script"] as const;
export type CellPart = (typeof CELL_PARTS)[number];

export const PART_NAMES: Readonly<Record<CellPart, string>> = {
  expected: "Expected",
  observed: "Observed",
  kernel: "Kernel",
  counters: "Counters",
  capture: "Capture",
  raw: "Raw JSON",
  repro: "Run it again",
  script: "As a script",
};

export type Part = { readonly have: readonly string[] } | { readonly missing: string };

/**
 * @param kernel undefined where the file lists no such kernel.
 * @param directory of its run, from where the report is; empty beside it.
 */
export function partsOf(cell: CellResult, kernel: KernelResult | undefined, directory = ""): Record<CellPart, Part> {
  return {
    expected: present([countsText(cell.expected)]),
    observed: present([countsText(cell.observed), ...(cell.reason ? [cell.reason] : [])]),
    kernel: kernelPart(kernel),
    counters: countersPart(cell),
    capture: capturePart(cell),
    raw: present([JSON.stringify(cell, null, 1)]),
    repro: present([rerunCommand(cell, kernel)]),
    script: scriptPart(cell, kernel, directory),
  };
}

function scriptPart(cell: CellResult, kernel: KernelResult | undefined, directory: string): Part {
  const why = obstacle(cell, kernel);
  return why === undefined
    ? present([`macvlab repro ${quoted(directory || ".")} ${quoted(cell.id)} > cell.sh`])
    : missing(why);
}

/** For a shell. */
const quoted = (word: string): string => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const present = (have: readonly string[]): Part => ({ have });
const missing = (why: string): Part => ({ missing: why });

function kernelPart(kernel: KernelResult | undefined): Part {
  if (kernel === undefined) return missing("results.json has cells of this kernel and does not list it");
  const { id, release, sha256, modules, image } = kernel;
  if (release === "") return missing(`${id} never told its release: it did not boot`);
  const driver = modules.filter(({ name }) => name === "macvlan" || name === "macvtap");
  return present([
    `${id}, release ${release}`,
    ...(sha256 ? [`kernel SHA-256 ${sha256}`] : []),
    ...driver.map((module) => `module ${module.name} SHA-256 ${module.sha256}`),
    ...(image ? [`guest image SHA-256 ${image.sha256}`] : []),
  ]);
}

function countersPart({ observed }: CellResult): Part {
  const { copies, echo, wire, error, outcome } = observed;
  if (error !== undefined) return missing("the topology was refused, so no frame was counted");
  if (outcome !== undefined)
    return missing("conversations are judged by how far they came; their frames are in the capture");
  if (copies === undefined) return missing("nothing was counted: the cell could not be judged");
  const { leaked } = observed;
  const counted = [
    `copies ${copies}`,
    ...(echo === undefined ? [] : [`echo ${echo}`]),
    ...(wire === undefined ? [] : [`wire ${wire}`]),
  ];
  return present([counted.join(", "), ...(leaked ? [`${leaked[0]} of ${leaked[1]} groups let through`] : [])]);
}

function capturePart({ evidence, observed }: CellResult): Part {
  if (evidence.length > 0)
    return present(framesByCapture(evidence).map(([capture, frames]) => `${capture}: ${frames}`));
  if (observed.error !== undefined) return missing("no frame was sent: building it was refused");
  return missing("no frame of it was recorded");
}

/** The command that asks this one cell anew, built alone where it can be. */
export const rerunCommand = (cell: CellResult, asked: KernelResult | undefined): string =>
  `${askAgainCommand(cell, asked)}${cell.observed.outcome === undefined ? " --isolate" : ""}`;

type Question = Pick<CellResult, "scenario" | "kernel" | "id" | "lower">;

/** The command that asks one question of a kernel again, by its id, where it was asked: with its switch in a guest as well. */
export function askAgainCommand({ scenario, kernel, id, lower }: Question, asked: KernelResult | undefined): string {
  const escaped = id.replace(/[.*+?^$()[\]{}|\\]/g, "\\$&");
  const devices = lower === undefined ? "" : ` --lower ${lower}`;
  const where = `--kernel ${quote(kernel)}${switchOptions(asked)}`;
  return `macvlab run ${quote(scenario)} ${where}${devices} --filter ${quote(`^${escaped}$`)}`;
}

function switchOptions(asked: KernelResult | undefined): string {
  if (!asked?.switch) return "";
  const { id, hypervisors } = asked.switch;
  const own = id === asked.id ? "" : `=${quote(id)}`;
  return ` --switch guest${own}${hypervisors > 1 ? ` --hypervisors ${hypervisors}` : ""}`;
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
