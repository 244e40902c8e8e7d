/**
 * A cell as a shell script that needs no lab: it builds the two ends, sends the frame, counts its copies where the run
 * counted them, and says whether they are as many; or one for the kernel's own tree, where its tests' library makes the
 * namespaces, and a right kernel is to pass.
 */
import type { CellResult } from "../../lab/model/results.ts";
import { countsText } from "../cell-text.ts";
import { drawTopology } from "../draw/draw.ts";
import { machines } from "./build.ts";
import { namespaceOf, type ReproPlan, reproPlan, variableOf } from "./plan.ts";
import { refusalLines } from "./refusal.ts";
import { ASKED, KSELFTEST, MACVTAP, REFUSAL, SET_UP, STACK, STANDALONE, TRAFFIC } from "./shell.ts";
import { countedBy, trafficLines } from "./traffic.ts";
import { isHeldToExpected, type ReproFormat, wantedOf } from "./wanted.ts";

export interface ReproOptions {
  readonly format: ReproFormat;
  /** Of the kernel the run saw it on: `6.1.0-54-cloud-amd64`. */
  readonly release: string;
}

const SHELL = { script: "#!/bin/sh", kselftest: "#!/bin/bash" } as const;
const LICENCE = { script: "MIT", kselftest: "GPL-2.0" } as const;

export function renderRepro(cell: CellResult, options: ReproOptions): string {
  const plan = reproPlan(cell);
  const { format } = options;
  const wanted = wantedOf(cell, format);
  const isRefusal = wanted.error !== undefined;
  return `${[
    SHELL[format],
    `# SPDX-License-Identifier: ${LICENCE[format]}`,
    // Functions that a trap or another function's argument calls; in the kernel tree, variables its library sets.
    `# shellcheck disable=SC2317${format === "script" ? "" : ",SC2154"}`,
    "#",
    ...head(cell, plan, options).map((line) => `# ${line}`.trimEnd()),
    "",
    `name='${nameOf(cell)}'`,
    ...(isRefusal || plan.targets.length === 1
      ? []
      : [`groups=${plan.targets.length} # frames the counts are the rounded mean of`]),
    format === "script" ? STANDALONE : KSELFTEST,
    "",
    [SET_UP, ...parts(plan, isRefusal)].join("\n\n"),
    "",
    ...startLines(isRefusal),
    ...namespaceLines(isRefusal ? plan.topology.lowers.map(({ name }) => name) : machines(plan), format),
    "",
    ...(isRefusal ? refusalLines(wanted, plan) : trafficLines(cell, plan, format)),
  ].join("\n")}\n`;
}

const nameOf = ({ id, kernel }: CellResult) => id.replace(`${kernel} `, "").replace(/[^\w /+>-]/g, "_");

/** Functions the script calls, and no others. */
function parts(plan: ReproPlan, isRefusal: boolean): string[] {
  if (isRefusal) return [REFUSAL];
  const kinds = countedBy(plan);
  const asked = [...(kinds.has("stack") ? [STACK] : []), ...(kinds.has("device") ? [MACVTAP] : [])];
  return [TRAFFIC, ...(asked.length > 0 ? [ASKED] : []), ...asked];
}

function startLines(isRefusal: boolean): string[] {
  const tools = isRefusal ? ["ip", "tr"] : ["ip", "tr", "bridge", "ping", "tcpdump", "awk", "od"];
  return [
    "echo 'KTAP version 1'",
    "echo '1..1'",
    `for tool in ${tools.join(" ")}; do`,
    '\tcommand -v "$tool" >/dev/null || cannot "there is no $tool"',
    "done",
    "",
  ];
}

function namespaceLines(names: readonly string[], format: ReproFormat): string[] {
  if (format === "kselftest") return [`setup_ns ${names.map(variableOf).join(" ")} || cannot 'no namespaces'`];
  return [
    ...names.map((name) => `${variableOf(name)}=mvr$$-${name}`),
    `namespaces ${names.map(namespaceOf).join(" ")}`,
  ];
}

function head(cell: CellResult, { topology, source, destination }: ReproPlan, options: ReproOptions): string[] {
  const { format, release } = options;
  const picture = drawTopology(topology, {
    format: "ascii",
    title: nameOf(cell),
    columns: 72,
    source: source.node,
    destination: destination.node,
    relay: cell.reflectiveRelay ? "on" : "off",
  });
  return [
    ...picture.trimEnd().split("\n"),
    "",
    `Seen on ${release}: ${countsText(cell.observed)}.`,
    `Expected: ${countsText(cell.expected)}.`,
    ...(isHeldToExpected(cell, format)
      ? [
          `Held against what is expected: fails where the fault is, as on ${release}, passes on a right kernel.`,
          "Exit status: 0 what is expected is seen here, 1 something else is, 4 it cannot be told here.",
        ]
      : ["Exit status: 0 the same is seen here, 1 something else is, 4 it cannot be told here."]),
    "Run as root; all is in network namespaces that go when it ends.",
  ];
}
