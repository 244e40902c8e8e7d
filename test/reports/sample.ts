/**
 * Made-up results for unit tests of the reports: every verdict, echoes, duplicates, refusals, leaks, cells nobody
 * measured, two kernels that differ and one that never booted. What a real kernel does is not the point here.
 */
import { type AnyCell, type Cell, cellId, cellName } from "../../lab/model/cell.ts";
import type { CellResult, CheckResult, KernelResult, Results } from "../../lab/model/results.ts";
import { SCHEMA_ID } from "../../lab/model/results.ts";
import type { Party, Placement, Traffic } from "../../lab/model/vocabulary.ts";

export const OLD = "debian:trixie/cloud";
export const NEW = "debian:sid/cloud";
export const BROKEN = "file:broken";

const SENDERS: readonly Party[] = both([{ mode: "vepa" }, { mode: "bridge" }, { mode: "passthru" }]);
const RECEIVERS: readonly Party[] = both([
  { mode: "vepa" },
  { mode: "bridge" },
  { mode: "source", sourceList: "sender" },
  { mode: "source", sourceList: "other" },
]);
const LOWER: readonly Party[] = [{ kind: "lower-host" }];

function both(parties: readonly Omit<Party, "kind">[]): Party[] {
  return (["macvlan", "macvtap"] as const).flatMap((kind) => parties.map((party) => ({ kind, ...party })));
}

export function sampleKernel(id: string, version: string, parts: Partial<KernelResult> = {}): KernelResult {
  return {
    id,
    release: version && `${version}-cloud-amd64`,
    version,
    sha256: "0".repeat(64),
    modules: [{ name: "macvlan", sha256: "1".repeat(64) }],
    accelerator: "tcg",
    seconds: { boot: 1.25, topology: 0.3, traffic: 0.9, decode: 0.1, total: 3.5 },
    health: { status: "ok", findings: [] },
    ...parts,
  };
}

/** A cell as expected: `observed` is expected too, and the verdict follows from it, unless `parts` says otherwise. */
export function sampleCell(
  kernel: string,
  cell: AnyCell,
  observed: CellResult["observed"],
  parts: Partial<CellResult> = {},
): CellResult {
  return {
    id: cellId(parts.scenario ?? "pairings", kernel, cell),
    scenario: "pairings",
    kernel,
    claims: [],
    ...cell,
    expected: { ...predicted(observed), by: "oracle", rule: "some_function: why it should be so" },
    observed,
    verdict: observed.error === undefined ? "match" : "unsupported",
    evidence: [{ capture: "captures/a run.pcapng", interface: "lower0", frames: [12, 13], control: [40] }],
    ...parts,
  };
}

/** What can be predicted of an observation. */
function predicted({ error, copies, echo, wire, as, outcome }: CellResult["observed"]) {
  if (outcome !== undefined) return { outcome };
  return error === undefined ? { copies, echo, wire, as } : { error };
}

export function sampleCheck(kernel: string, id: string, parts: Partial<CheckResult> = {}): CheckResult {
  const text = `what ${id} is about`;
  const answer = { expected: "vepa", observed: "vepa", rule: "some_function: why", verdict: "match" as const };
  return { id, scenario: "basics", kernel, claim: "M1", text, ...answer, evidence: [], ...parts };
}

export function makeResults(parts: Partial<Results> = {}): Results {
  return {
    schema: SCHEMA_ID,
    run: {
      id: "2026-11-20-1556",
      startedAt: "2026-11-20T15:56:05.000Z",
      seconds: 12.34,
      version: "0.1.0",
      command: ["run", "pairings", "--kernel", OLD, "--kernel", NEW],
      host: { release: "6.1.0-amd64", cpus: 2 },
    },
    kernels: [],
    cells: [],
    checks: [],
    ...parts,
  };
}

function observe(kernel: string, cell: Cell): CellResult["observed"] {
  const { source, destination, traffic, reflectiveRelay, placement } = cell;
  const siblings = placement === "same-lower";
  if (siblings && source.mode === "passthru")
    return { error: "EINVAL", at: "ip link add link lower0 name p type macvlan" };
  const direct = siblings && source.mode === "bridge" && destination.mode === "bridge";
  const deaf = destination.sourceList === "other";
  const returns = placement !== "same-lower" || reflectiveRelay;
  if (traffic === "multicast-not-joined") return { copies: 0, echo: 0, wire: 1, leaked: [deaf ? 1 : 0, 8] };
  if (direct && traffic === "unicast") return { copies: 1, echo: 0, wire: 0, as: ["host"] };
  const again = direct && reflectiveRelay && kernel === NEW ? 1 : 0;
  const copies = deaf ? 0 : Number(direct || returns) + again;
  return { copies, echo: again, wire: 1, as: copies > 0 ? ["host"] : [] };
}

function grid(placement: Placement, traffics: readonly Traffic[], to: readonly Party[]): Cell[] {
  return traffics.flatMap((traffic) =>
    [false, true].flatMap((reflectiveRelay) =>
      SENDERS.flatMap((source) =>
        to.map((destination) => ({ placement, reflectiveRelay, traffic, source, destination })),
      ),
    ),
  );
}

const CELLS: readonly Cell[] = [
  ...grid("same-lower", ["unicast", "broadcast", "multicast-joined"], RECEIVERS),
  ...grid("two-lowers", ["unicast", "multicast-not-joined"], RECEIVERS),
  ...grid("endpoint-to-lower-host", ["unicast"], LOWER),
];

/** By kernel and name of the cell: what is not as it should be. `undefined`: not measured. */
const EXCEPTIONS = new Map<string, Partial<CellResult> | undefined>([
  [
    `${OLD} same-lower relay-on unicast macvtap/vepa>macvtap/bridge`,
    { verdict: "mismatch", observed: { copies: 0, echo: 0, wire: 1, as: [] }, reason: "the one copy never arrived" },
  ],
  [
    `${NEW} two-lowers relay-off unicast macvlan/vepa>macvtap/vepa`,
    {
      verdict: "mismatch",
      observed: { error: "EBUSY", at: "ip link add link lower1 name v type macvtap" },
      reason: "refused although nobody predicted it",
    },
  ],
  ...["macvlan", "macvtap"].map((kind): [string, Partial<CellResult>] => [
    `${NEW} two-lowers relay-on unicast ${kind}/bridge>macvlan/source+sender`,
    { verdict: "inconclusive", observed: { copies: 0 }, reason: "the receiver's tap dropped 3 frames" },
  ]),
  [`${OLD} two-lowers relay-on multicast-not-joined macvlan/vepa>macvlan/vepa`, undefined],
  [`${NEW} two-lowers relay-on multicast-not-joined macvlan/vepa>macvlan/vepa`, undefined],
]);

function cellsOf(kernel: string): CellResult[] {
  return CELLS.flatMap((cell) => {
    const key = `${kernel} ${cellName(cell)}`;
    if (EXCEPTIONS.has(key) && EXCEPTIONS.get(key) === undefined) return [];
    return [sampleCell(kernel, cell, observe(kernel, cell), EXCEPTIONS.get(key))];
  });
}

const CHECKS: readonly CheckResult[] = [
  ...[OLD, NEW].map((kernel) => sampleCheck(kernel, "default-mode")),
  sampleCheck(OLD, "second-passthru", { expected: "EINVAL", observed: "EINVAL", verdict: "unsupported" }),
  sampleCheck(NEW, "second-passthru", {
    expected: "EINVAL",
    observed: "none",
    verdict: "mismatch",
    reason: "it was not refused",
  }),
  sampleCheck(OLD, "largest-mtu", { expected: "1500", observed: "1500" }),
  sampleCheck(NEW, "largest-mtu", { expected: "9000", observed: "9000", extrapolated: true }),
  sampleCheck(NEW, "ping", { observed: "", verdict: "inconclusive", reason: "the fence frame was not seen" }),
];

export const SAMPLE: Results = makeResults({
  kernels: [
    sampleKernel(NEW, "7.2.6", {
      health: {
        status: "warned",
        findings: [
          {
            ...{ kind: "warning", title: "WARNING: at net/x.c:1", log: "a log\nof it", count: 3 },
            cause: 'pairings same-lower relay-off broadcast macvlan/private>macvlan/vepa, frame "a-mvl-prv1 broadcast"',
          },
        ],
      },
    }),
    sampleKernel(OLD, "6.12.48"),
    sampleKernel(BROKEN, "", {
      boots: 12,
      health: { status: "boot-failed", findings: [{ kind: "boot-failed", title: "silent for 60 s", log: "" }] },
    }),
  ],
  cells: [OLD, NEW].flatMap(cellsOf),
  checks: [...CHECKS],
});
