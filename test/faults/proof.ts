/** Whether a fault was caught: by all that should tell of it, by nothing else, with the exit code that goes with it. Pure. */
import type { Cell } from "../../lab/model/cell.ts";
import { parseKernelVersion } from "../../lab/model/kernel-version.ts";
import type { CellResult, CheckResult, KernelResult, Observed, Results } from "../../lab/model/results.ts";
import { EXIT } from "../../lab/verdict/exit-code.ts";
import { basics } from "../../scenarios/basics.ts";
import type { Fault } from "./fault.ts";
import { type Foretold, foreteller } from "./foretell.ts";

/** A run of one kernel with the fault in it. */
export interface FaultyRun {
  readonly exitCode: number | null;
  readonly results: Results;
}

/** Why the fault does not count as caught, a sentence each; empty when it does. */
export function objectionsTo(fault: Fault, { exitCode, results }: FaultyRun): string[] {
  const [kernel] = results.kernels;
  if (!kernel) return ["the run has no kernel"];
  const tell = foreteller(fault.caughtBy, parseKernelVersion(kernel.version));
  const specs = new Map((basics.checks ?? []).map((check) => [check.id, check]));
  const checkOf = (check: CheckResult) => specs.get(check.id);
  const judged = [
    ...results.cells.map((cell) =>
      cell.verdict === "inconclusive" && fault.silenced?.(cell as Cell)
        ? UNTOLD
        : judgeCell(cell, tell.cell(cell as Cell)),
    ),
    ...results.checks.map((check) => {
      const spec = checkOf(check);
      return judgeCheck(check, spec && tell.check(spec));
    }),
  ];
  const byFinding = fault.caughtBy.by === "finding";
  const wanted = byFinding ? EXIT.kernel : EXIT.mismatch;
  return [
    ...judged.flatMap(({ objection }) => objection ?? []),
    ...aboutFindings(fault, kernel),
    ...(byFinding || judged.some(({ caught }) => caught) ? [] : ["nothing differs from a sound kernel"]),
    ...(exitCode === wanted ? [] : [`the exit code is ${exitCode}, not ${wanted}`]),
  ];
}

interface Judged {
  readonly caught: boolean;
  readonly objection?: string;
}

const CAUGHT: Judged = { caught: true };
const UNTOLD: Judged = { caught: false };
const SOUND = ["match", "unsupported"];
const unless = (fine: boolean, objection: string): Judged => ({ caught: false, ...(fine ? {} : { objection }) });

function judgeCell({ id, verdict, reason, observed }: CellResult, foretold: Foretold): Judged {
  const said = `${id}: ${verdict}${reason === undefined ? "" : ` (${reason})`}`;
  if (foretold === undefined) return unless(SOUND.includes(verdict), `${said}, though the fault does not touch it`);
  if (foretold === "lost") return unless(verdict === "inconclusive", `${said}, though the kernel does not survive it`);
  if (foretold === "may") return { caught: verdict === "mismatch" };
  const agreed = verdict === "mismatch" && agrees(observed, foretold);
  return agreed ? CAUGHT : unless(false, `${said}, where the fault should show ${JSON.stringify(foretold)}`);
}

function agrees(observed: Observed, foretold: Exclude<Foretold, string | undefined>): boolean {
  if ("error" in foretold) return observed.error === foretold.error && observed.copies === undefined;
  const { copies, echo, wire, as } = foretold;
  const counted = observed.copies === copies && observed.echo === echo && observed.wire === wire;
  return counted && observed.error === undefined && (observed.as ?? []).join() === as.join();
}

function judgeCheck({ id, verdict, observed, reason }: CheckResult, foretold: string | undefined): Judged {
  const said = `${id}: ${verdict}, ${observed}${reason === undefined ? "" : ` (${reason})`}`;
  if (foretold === undefined) return unless(SOUND.includes(verdict), `${said}, though the fault does not touch it`);
  if (foretold === "may") return { caught: verdict === "mismatch" };
  const agreed = verdict === "mismatch" && observed === foretold;
  return agreed ? CAUGHT : unless(false, `${said}, where the fault should show ${foretold}`);
}

function aboutFindings({ caughtBy }: Fault, { health }: KernelResult): string[] {
  const titles = health.findings.map(({ kind, title }) => `${kind}: ${title}`).join("; ") || "nothing";
  if (caughtBy.by !== "finding") return health.findings.length === 0 ? [] : [`the kernel complained of ${titles}`];
  const { kinds, title } = caughtBy;
  const told = health.findings.some((finding) => kinds.includes(finding.kind) && title.test(finding.title));
  return told ? [] : [`no ${kinds.join(" or ")} titled ${title}, but ${titles}`];
}
