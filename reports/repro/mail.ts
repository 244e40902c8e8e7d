/** The draft of a report to those who maintain the driver, with the script that shows what it is about. Pure. */
import type { CellResult, KernelResult, Results } from "../../lab/model/results.ts";
import { countsText } from "../cell-text.ts";
import { dmesgLines, taintOf } from "./dmesg.ts";
import { neighboursOf } from "./neighbours.ts";
import { isHeldToExpected, type ReproFormat } from "./wanted.ts";

export interface MailFacts {
  readonly results: Results;
  readonly script: string;
  readonly format: ReproFormat;
  /** Lines of the kernel's configuration; undefined where it is not to be had. */
  readonly config: readonly string[] | undefined;
  /** All that the kernel's console said, of the guest the cell was asked in; undefined where it is not known to be that one's. */
  readonly console: string | undefined;
}

/** The lists `scripts/get_maintainer.pl -f drivers/net/macvlan.c` names; who maintains it changes, and is asked of the tree. */
const TO = "netdev@vger.kernel.org";
const CC = "linux-kernel@vger.kernel.org";
/** Lines of a complaint that are quoted. */
const QUOTED = 60;
const OPTIONS =
  /^(?:# )?CONFIG_(?:MACVLAN|MACVTAP|TAP|TUN|VETH|BRIDGE|BRIDGE_VLAN_FILTERING|BRIDGE_NETFILTER|NET_NS|VLAN_8021Q|PREEMPT(?:_NONE|_VOLUNTARY|_RT|_DYNAMIC)?|SMP|KASAN|LOCKDEP|PROVE_LOCKING)(?:=| is)/;

export const relevantOptions = (config: string): string[] => config.split("\n").filter((line) => OPTIONS.test(line));

export function renderMail(cell: CellResult, { results, script, format, config, console }: MailFacts): string {
  const kernel = results.kernels.find(({ id }) => id === cell.kernel);
  const name = cell.id.replace(`${cell.kernel} `, "");
  const release = kernel?.release ?? cell.kernel;
  const module = cell.source.kind === "macvtap" || cell.destination.kind === "macvtap" ? "macvtap" : "macvlan";
  const replaced = (kernel?.modules ?? []).filter(({ replacedBy }) => replacedBy !== undefined).map((one) => one.name);
  const findings = kernel?.health.findings ?? [];
  const instead = cell.verdict === "mismatch" ? ` instead of ${countsText(cell.expected)}` : "";
  return [
    `To: ${TO}`,
    `Cc: ${CC}`,
    "X-Note: a draft; add whom scripts/get_maintainer.pl -f drivers/net/macvlan.c names today",
    `Subject: ${module}: ${name}: ${countsText(cell.observed)}${instead}`,
    "",
    "Hello,",
    "",
    `on ${release}: ${name}.`,
    "",
    `  expected: ${countsText(cell.expected)}`,
    `  observed: ${countsText(cell.observed)}`,
    ...("rule" in cell.expected && cell.expected.rule ? [`  because:  ${cell.expected.rule}`] : []),
    ...(cell.reason ? [`  that is:  ${cell.reason}`] : []),
    "",
    ...rangeLines(cell, results),
    "",
    `Kernel: ${release} (${kernel?.version ?? "version not recorded"})`,
    `Taint: ${taintOf([...findings.map(({ log }) => log), console ?? ""], console !== undefined, replaced)}`,
    ...(config
      ? ["Configuration:", ...config.map((line) => `  ${line}`)]
      : ["Configuration: not to be had here; add yours."]),
    "",
    ...logLines(findings, console),
    "The script below needs root, ip, bridge, ping, tcpdump, awk and od. It works in network namespaces of its own, and",
    ...endLines(cell, format, release),
    "",
    "---8<---",
    script.trimEnd(),
    "--->8---",
    "",
  ].join("\n");
}

function endLines(cell: CellResult, format: ReproFormat, release: string): string[] {
  if (!isHeldToExpected(cell, format))
    return ["ends with 0 where the same is seen, 1 where something else is, 4 where it cannot tell."];
  return [
    "lies in tools/testing/selftests/net beside lib.sh. It",
    `passes where what is expected is seen, fails where something else is, as on ${release}, and skips where it cannot tell.`,
  ];
}

/** The kernel's complaints, or that there was none; then what else it said. */
function logLines(findings: KernelResult["health"]["findings"], console: string | undefined): string[] {
  const quoted = (title: string, lines: readonly string[]) => [title, "", ...lines.map((line) => `  ${line}`), ""];
  return [
    ...(findings.length === 0 ? ["The kernel's log had no complaint.", ""] : []),
    ...findings.flatMap(({ title, log }) => quoted(`dmesg, ${title}:`, log.split("\n").slice(0, QUOTED))),
    ...(console === undefined
      ? ["The kernel's log was not recorded for this cell.", ""]
      : quoted("dmesg, its last lines but those of ports and modes:", dmesgLines(console))),
  ];
}

function rangeLines(cell: CellResult, results: Results): string[] {
  if (cell.verdict !== "mismatch") return ["The kernel does what its source promises: this is no regression."];
  const { lastGood, firstBad, why } = neighboursOf(cell, results);
  if (lastGood && firstBad)
    return [
      `Last good: ${lastGood.release} (${lastGood.version})`,
      `First bad: ${firstBad.release} (${firstBad.version}), of the kernels measured; those between were not.`,
    ];
  return [`Last good: not known: ${why}.`, "First bad: not known."];
}
