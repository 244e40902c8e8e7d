/**
 * Made-up results of three kernels for the comparing reports: one behaviour changes with a rule of its own, one
 * changes against the rules, a sentence moves to another function, a kernel cannot tell, another was not asked, and a
 * check changes. What a real kernel does is not the point here.
 */
import { type Cell, cellName } from "../../lab/model/cell.ts";
import type { CellResult, CheckResult, Results } from "../../lab/model/results.ts";
import type { Party, Traffic } from "../../lab/model/vocabulary.ts";
import { makeResults, sampleCell, sampleCheck, sampleKernel } from "./sample.ts";

export const FIRST = "debian:bookworm/cloud";
export const SECOND = "debian:trixie/cloud";
export const THIRD = "debian:sid/cloud";

const GENERATIONS = [FIRST, SECOND, THIRD];
const PARTIES: readonly Party[] = (["macvlan", "macvtap"] as const).flatMap((kind) =>
  (["vepa", "bridge"] as const).map((mode) => ({ kind, mode })),
);

const CELLS: readonly Cell[] = (["unicast", "broadcast"] satisfies Traffic[]).flatMap((traffic) =>
  PARTIES.flatMap((source) =>
    PARTIES.map(
      (destination): Cell => ({ placement: "same-lower", reflectiveRelay: true, traffic, source, destination }),
    ),
  ),
);

/** Bridge to bridge broadcasts come twice from the third generation on, and back to the sender. */
function observed(kernel: string, { source, destination, traffic }: Cell): CellResult["observed"] {
  const again = kernel === THIRD && traffic === "broadcast" && source.mode === "bridge" ? 1 : 0;
  const type = traffic === "unicast" ? "host" : "broadcast";
  const copies = 1 + (destination.mode === "bridge" ? again : 0);
  return { copies, echo: again, wire: 1, as: destination.kind === "macvtap" ? [] : [type] };
}

function ruleOf(kernel: string, { source, traffic }: Cell): string {
  const flood = kernel === FIRST ? "process_broadcast" : "multicast_rx";
  const returned = kernel === THIRD ? "goes to bridge endpoints too" : "goes to vepa endpoints alone";
  if (traffic === "unicast") return "handle_frame: a unicast frame goes to its endpoint";
  if (source.mode === "vepa") return `queue_xmit: it leaves; ${flood}: a vepa endpoint's frame goes to all`;
  return `queue_xmit: it leaves; ${flood}: a bridge endpoint's frame ${returned}`;
}

/** By kernel and name: what is not as the generations have it; undefined is not measured. */
const EXCEPTIONS = new Map<string, Partial<CellResult> | undefined>([
  [
    `${SECOND} same-lower relay-on unicast macvtap/vepa>macvtap/vepa`,
    {
      verdict: "mismatch",
      observed: { copies: 0, echo: 0, wire: 1, as: [] },
      reason: "copies: expected 1, observed 0",
    },
  ],
  [
    `${SECOND} same-lower relay-on broadcast macvlan/vepa>macvlan/vepa`,
    { verdict: "inconclusive", observed: {}, reason: "a probe was never sent" },
  ],
  [`${SECOND} same-lower relay-on unicast macvlan/bridge>macvlan/vepa`, undefined],
]);

function cellOf(kernel: string, cell: Cell): CellResult[] {
  const key = `${kernel} ${cellName(cell)}`;
  const parts = EXCEPTIONS.get(key);
  if (EXCEPTIONS.has(key) && parts === undefined) return [];
  const seen = observed(kernel, cell);
  const expected = { ...seen, by: "oracle", rule: ruleOf(kernel, cell) } as const;
  const capture = `captures/${kernel.replace(/[:/]/g, "-")}.pcapng`;
  const evidence = [
    { capture, interface: "a-mvl-brg1", frames: [12], control: [40, 41] },
    { capture, interface: "swp-a", frames: [14], control: [] },
  ];
  return [sampleCell(kernel, cell, seen, { expected, evidence, ...parts })];
}

function checksOf(kernel: string): CheckResult[] {
  const mtu = kernel === THIRD ? "9000" : "1500";
  const rule = `set_mtu: the largest is ${mtu}`;
  return [
    sampleCheck(kernel, "default-mode", { rule: "newlink: vepa where no mode is named" }),
    sampleCheck(kernel, "largest-mtu", { expected: mtu, observed: mtu, rule, text: "the largest MTU" }),
  ];
}

const VERSIONS: Readonly<Record<string, string>> = { [FIRST]: "6.1.190", [SECOND]: "6.12.48", [THIRD]: "7.2.6" };

const WARNED = {
  status: "warned",
  findings: [{ kind: "warning", title: "WARNING: at net/x.c:1", log: "a log" }],
} as const;

export const THREE: Results = makeResults({
  kernels: GENERATIONS.toReversed().map((id) =>
    sampleKernel(
      id,
      VERSIONS[id] ?? "",
      id === SECOND ? { health: { ...WARNED, findings: [...WARNED.findings] } } : {},
    ),
  ),
  cells: GENERATIONS.flatMap((kernel) => CELLS.flatMap((cell) => cellOf(kernel, cell))),
  checks: GENERATIONS.flatMap(checksOf),
});
