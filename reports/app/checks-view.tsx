/** Checks: what was asked, what was expected, what each kernel answered. */
import { useMemo, useState } from "preact/hooks";
import { groupBy } from "../group.ts";
import type { CheckAnswer, CheckRow } from "../html-types.ts";
import { replace } from "./navigation.ts";
import { number, Verdict } from "./parts.tsx";
import type { Report } from "./report.ts";
import { Rule } from "./rule.tsx";
import type { ViewProps } from "./view-props.ts";

export function ChecksView({ report, state }: ViewProps) {
  const { checks } = report.index;
  const rows = useMemo(() => checks.filter((row) => fits(row, state.query)), [checks, state.query]);
  const [limit, setLimit] = useState(PAGE);
  return (
    <>
      <h1>Checks</h1>
      <div class="tools">
        <label class="query">
          <span class="visually-hidden">Query</span>
          <input
            type="search"
            value={state.query}
            placeholder="text, verdict:mismatch, is:different"
            onInput={(event) => replace({ ...state, query: event.currentTarget.value })}
          />
        </label>
        <p class="shown" role="status">
          {number(rows.length)} of {number(checks.length)} shown
        </p>
      </div>
      {rows.length === 0 && <p class="nothing">No check is all of this.</p>}
      <div class="scroll">
        <table class="list checks">
          <thead>
            <tr>
              {["Check", "Claim", "What", "Answer", "Verdict", "Kernels"].map((head) => (
                <th scope="col">{head}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, limit).map((row) => (
              <Row report={report} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > limit && (
        <button type="button" onClick={() => setLimit(limit + PAGE * 5)}>
          {number(rows.length - limit)} more
        </button>
      )}
    </>
  );
}
const PAGE = 200;

interface Answered {
  readonly answer: CheckAnswer;
  readonly column: number;
}

function answersOf(row: CheckRow): (readonly Answered[])[] {
  const answered = row.answers.flatMap((answer, column) => (answer ? [{ answer, column }] : []));
  return [
    ...groupBy(answered, ({ answer }) =>
      [answer.verdict, answer.expected, answer.observed, answer.reason].join("|"),
    ).values(),
  ];
}

function fits(row: CheckRow, query: string): boolean {
  const text = `${row.scenario} ${row.id} ${row.text} ${row.claim ?? ""}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => {
      if (word === "is:different") return new Set(row.answers.flatMap((answer) => answer?.observed ?? [])).size > 1;
      const verdict = /^verdict:(.+)/.exec(word)?.[1];
      if (verdict) return row.answers.some((answer) => answer?.verdict === verdict);
      return text.includes(word);
    });
}

function Row({ report, row }: { readonly report: Report; readonly row: CheckRow }) {
  const groups = answersOf(row);
  return (
    <>
      {groups.map((group, place) => {
        const { answer } = group[0] as Answered;
        const isExpected = answer.expected === answer.observed;
        return (
          <tr>
            {place === 0 && (
              <>
                <th scope="rowgroup" rowSpan={groups.length} class="code">
                  {row.id}
                  <small>{row.scenario}</small>
                </th>
                <td rowSpan={groups.length}>{row.claim}</td>
                <td rowSpan={groups.length}>{row.text}</td>
              </>
            )}
            <td>
              <details>
                <summary>
                  {answer.observed || "nothing"}
                  {!isExpected && <span class="expected">expected: {answer.expected}</span>}
                </summary>
                {answer.reason && <p class="reason">{answer.reason}</p>}
                <Rule rule={answer.rule} />
                {answer.evidence.map(({ capture, frames }) => (
                  <p class="quiet">
                    {capture}: frames {frames.slice(0, FRAMES).join(", ")}
                  </p>
                ))}
              </details>
            </td>
            <td>
              <Verdict is={answer.verdict} />
            </td>
            <td>{kernelsText(report, group)}</td>
          </tr>
        );
      })}
    </>
  );
}
const FRAMES = 12;

function kernelsText(report: Report, group: readonly Answered[]): string {
  if (group.length === report.columns.length)
    return group.length === 1 ? (report.columns[0]?.name ?? "") : `all ${group.length}`;
  return group.map(({ column }) => report.columns[column]?.name).join(", ");
}
