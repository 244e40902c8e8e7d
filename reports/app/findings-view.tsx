/** What was wrong with a kernel, with the console that tells of it; and everything that is not as expected. */

import { Health, Panel } from "./parts.tsx";
import { fragmentOf } from "./state.ts";
import type { ViewProps } from "./view-props.ts";

export function FindingsView({ report }: ViewProps) {
  const { columns } = report;
  const ill = columns.filter(({ kernel }) => kernel.health.findings.length > 0 || kernel.health.status !== "ok");
  return (
    <>
      <h1>Findings</h1>
      {ill.length === 0 && <p class="lead">No kernel complained of anything on its console.</p>}
      {ill.map(({ name, kernel }) => (
        <Panel title={name} note={kernel.id}>
          <p>
            <Health status={kernel.health.status} />
          </p>
          {kernel.health.findings.map(({ kind, title, log, count, cause }) => (
            <details class="finding" open={kernel.health.findings.length < 4}>
              <summary>
                <span class="chip bad">{kind}</span> {title} {count ? `(${count} times)` : ""}
              </summary>
              {cause && <p>Provoked by {cause}</p>}
              {log === "" ? (
                <p class="missing">its console is not in this file: see console/ beside it</p>
              ) : (
                <pre>{log}</pre>
              )}
            </details>
          ))}
        </Panel>
      ))}
      <NotAsExpected report={report} />
    </>
  );
}

function NotAsExpected({ report }: Pick<ViewProps, "report">) {
  const { index, columns } = report;
  const verdicts = ["mismatch", "inconclusive"] as const;
  const counted = verdicts.map((verdict) => columns.reduce((sum, { counts }) => sum + (counts[verdict] ?? 0), 0));
  const checks = index.checks.filter(({ answers }) =>
    answers.some((one) => one?.verdict === "mismatch" || one?.verdict === "inconclusive"),
  );
  return (
    <Panel title="Not as expected">
      {counted.every((count) => count === 0) && checks.length === 0 && (
        <p>Nothing: every cell and check is as expected.</p>
      )}
      <ul>
        {verdicts.map((verdict, place) =>
          counted[place] ? (
            <li>
              <a href={fragmentOf({ view: "matrix", query: `verdict:${verdict}` })}>
                {counted[place]} cells: {verdict}
              </a>
            </li>
          ) : null,
        )}
        {checks.map(({ id, text }) => (
          <li>
            <a href={fragmentOf({ view: "checks", query: id })}>check {id}</a>: {text}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
