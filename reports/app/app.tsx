/** The frame around every view: what the report is about, the way to the others. */
import { useEffect } from "preact/hooks";
import { CellView } from "./cell-view.tsx";
import { ChecksView } from "./checks-view.tsx";
import { ClaimsView } from "./claims-view.tsx";
import { CompareView } from "./compare-view.tsx";
import { FindingsView } from "./findings-view.tsx";
import { MatrixView } from "./matrix-view.tsx";
import { useFragment } from "./navigation.ts";
import { Overview } from "./overview.tsx";
import type { Report } from "./report.ts";
import { RunView } from "./run-view.tsx";
import { fragmentOf, type View } from "./state.ts";
import type { ViewProps } from "./view-props.ts";

const SHOWN = {
  overview: Overview,
  matrix: MatrixView,
  cell: CellView,
  compare: CompareView,
  checks: ChecksView,
  claims: ClaimsView,
  findings: FindingsView,
  run: RunView,
} as const satisfies Record<View, (props: ViewProps) => unknown>;

export function App({ report }: { readonly report: Report }) {
  const state = useFragment();
  const Shown = SHOWN[state.view];
  useEffect(() => scrollTo(0, 0), [state.view, state.cell]);
  return (
    <>
      <button type="button" class="skip" onClick={toMain}>
        Skip to the content
      </button>
      <header class="bar">
        <a class="brand" href={fragmentOf({})}>
          macvlab
        </a>
        <nav aria-label="Parts of the report">
          {tabsOf(report).map(([view, text, count]) => (
            <a href={fragmentOf({ view })} aria-current={isCurrent(state.view, view) ? "page" : undefined}>
              {text}
              {count !== undefined && <span class="count">{count}</span>}
            </a>
          ))}
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <Shown report={report} state={state} />
      </main>
    </>
  );
}

/** Past the way to other views. */
function toMain(): void {
  document.getElementById("main")?.focus();
}

const isCurrent = (shown: View, tab: View) => shown === tab || (shown === "cell" && tab === "matrix");

function tabsOf({ index, columns }: Report): [View, string, number?][] {
  const findings = columns.reduce((sum, { kernel }) => sum + kernel.health.findings.length, 0);
  return [
    ["overview", "Overview"],
    ["matrix", "Matrix"],
    ...(index.runs.length > 1 ? ([["compare", "Compared"]] as [View, string][]) : []),
    ...(index.checks.length > 0 ? ([["checks", "Checks", index.checks.length]] as [View, string, number][]) : []),
    ["claims", "Claims", index.claims.length],
    ["findings", "Findings", findings],
    ["run", index.runs.length > 1 ? "Runs" : "Run"],
  ];
}
