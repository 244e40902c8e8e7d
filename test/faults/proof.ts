/** Whether a fault was caught: by what should catch it, and by nothing else. Pure. */
import type { CellResult, CheckResult, KernelResult, Observed } from "../../lab/model/results.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { parseKernelVersion } from "../../lab/model/kernel-version.ts";
import type { Fault } from "./fault.ts";
import { type Foretold, foreteller } from "./foretell.ts";

/** A run of one kernel with the fault in it. */
export interface FaultyRun {
  readonly kernel: KernelResult;
  readonly cells: readonly CellResult[];
  readonly checks: readonly CheckResult[];
}

export interface Proof {
  /** What told of it. */
  readonly cells: number;
  readonly checks: number;
  readonly findings: readonly string[];
  /** Why it does not count as caught; empty when it does. */
  readonly objections: readonly string[];
}

/** @param checks the specifications of the checks that were run. */
export function prove(fault: Fault, run: FaultyRun, checks: readonly CheckSpec[]): Proof {
  const tell = foreteller(fault.caughtBy, parseKernelVersion(run.kernel.version));
  const cells = run.cells.map((cell) => judged(cell, tell.cell(cell)));
  const specs = new Map(checks.map((check) => [check.id, check]));
  const told = run.checks.map((check) => judgedCheck(check, tell.check(specs.get(check.id) as CheckSpec)));
  const caught = [...cells, ...told].filter((each) => each.caught);
  const objections = [...cells, ...told].flatMap(({ objection }) => objection ?? []);
  const findings = run.kernel.health.findings.map(({ kind, title }) => `${kind}: ${title}`);
  return {
    cells: cells.filter((each) => each.caught).length,
    checks: told.filter((each) => each.caught).length,
    findings,
    objections: [...objections, ...aboutFindings(fault, run.kernel), ...(caught.length === 0 && fault.caughtBy.by !== "finding" ? ["nothing differs"] : [])],
  };
}

interface Judged {
  readonly caught: boolean;
  readonly objection?: string;
}

const SOUND = ["match", "unsupported"];

function judged({ id, verdict, reason, observed }: CellResult, foretold: Foretold): Judged {
  const said = `${id}: ${verdict}${reason === undefined ? "" : ` (${reason})`}`;
  if (foretold === "may") return { caught: verdict === "mismatch" };
  if (foretold === undefined) return SOUND.includes(verdict) ? { caught: false } : { caught: false, objection: `${said}, though the fault does not touch it` };
  if (verdict !== "mismatch") return { caught: false, objection: `${said}, though the fault shows there` };
  if (agrees(observed, foretold)) return { caught: true };
  return { caught: false, objection: `${said}, where the fault should show ${JSON.stringify(foretold)}` };
}

function agrees(observed: Observed, foretold: Exclude<Foretold, string | undefined>): boolean {
  if ("error" in foretold) return observed.error === foretold.error && observed.copies === undefined;
  const { copies, echo, wire, as } = foretold;
  const counted = observed.copies === copies && observed.echo === echo && observed.wire === wire;
  return counted && observed.error === undefined && (observed.as ?? []).join() === as.join();
}

function judgedCheck({ id, verdict, observed, reason }: CheckResult, foretold: string | undefined): Judged {
  const said = `${id}: ${verdict}, ${observed}${reason === undefined ? "" : ` (${reason})`}`;
  if (foretold === undefined) return SOUND.includes(verdict) ? { caught: false } : { caught: false, objection: `${said}, though the fault does not touch it` };
  if (foretold === "may") return { caught: verdict === "mismatch" };
  if (verdict === "mismatch" && observed === foretold) return { caught: true };
  return { caught: false, objection: `${said}, where the fault should show ${foretold}` };
}

function aboutFindings({ caughtBy }: Fault, { health }: KernelResult): string[] {
  if (caughtBy.by !== "finding") return health.findings.map(({ title }) => `the kernel complained: ${title}`);
  const wanted = health.findings.some(({ kind, title }) => caughtBy.kinds.includes(kind) && caughtBy.title.test(title));
  return wanted ? [] : [`no ${caughtBy.kinds.join(" or ")} titled ${caughtBy.title} among: ${health.findings.map(({ title }) => title).join("; ") || "nothing"}`];
}
