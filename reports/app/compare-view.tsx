/** The first run held against the last: what became of every question both were asked, by class. */
import { CHANGE_CLASSES, type ChangeClass, changeClass } from "../../lab/compare/classes.ts";
import { askedText } from "../cell-sentence.ts";
import { Incomparable } from "./overview.tsx";
import { Mark, number, Panel } from "./parts.tsx";
import type { Report } from "./report.ts";
import { fragmentOf } from "./state.ts";
import type { ViewProps } from "./view-props.ts";

const TEXTS: Readonly<Record<ChangeClass, string>> = {
  "newly-failing": "newly failing",
  "coverage-lost": "coverage lost",
  disappeared: "disappeared",
  changed: "changed",
  "still-failing": "still failing",
  fixed: "fixed",
  appeared: "appeared",
  same: "the same",
};

/** Cells of a class and pair that are listed; the query has them all. */
const LISTED = 40;

export function CompareView({ report }: ViewProps) {
  const { runs, pairs } = report.index;
  return (
    <>
      <h1>
        {runs[0]?.name} → {runs.at(-1)?.name}
      </h1>
      <Incomparable report={report} />
      {pairs.length === 0 && <p class="nothing">The first and the last run have no kernel in common.</p>}
      {pairs.map((pair) => (
        <Pair report={report} pair={pair} />
      ))}
    </>
  );
}

function Pair({ report, pair }: { readonly report: Report; readonly pair: readonly [number, number] }) {
  const [before, after] = pair;
  const classes = new Map<ChangeClass, number[]>(CHANGE_CLASSES.map((one) => [one, []]));
  for (const place of report.index.questions.keys()) classes.get(report.classOf(place, pair))?.push(place);
  const checks = changedChecks(report, pair);
  return (
    <Panel title={`${report.columns[before]?.name} → ${report.columns[after]?.name}`}>
      <p class="classes">
        {CHANGE_CLASSES.map((one) => (
          <a
            class={`class ${classes.get(one)?.length ? one : "none"}`}
            href={fragmentOf({ view: "matrix", layout: "kernel", query: `class:${one}` })}
          >
            <b>{number(classes.get(one)?.length ?? 0)}</b> {TEXTS[one]}
          </a>
        ))}
      </p>
      {CHANGE_CLASSES.filter((one) => one !== "same" && (classes.get(one)?.length ?? 0) > 0).map((one) => (
        <ClassList report={report} pair={pair} of={one} places={classes.get(one) ?? []} />
      ))}
      {checks.length > 0 && (
        <>
          <h3>Checks</h3>
          <ul>
            {checks.map(({ id, text, what }) => (
              <li>
                <b>{TEXTS[what]}</b>: <a href={fragmentOf({ view: "checks", query: id })}>{id}</a> {text}
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

interface ListProps {
  readonly report: Report;
  readonly pair: readonly [number, number];
  readonly of: ChangeClass;
  readonly places: readonly number[];
}

function ClassList({ report, pair: [before, after], of, places }: ListProps) {
  const name = report.columns[after]?.name ?? "";
  return (
    <details open={places.length <= LISTED}>
      <summary>
        <b>{TEXTS[of]}</b> {number(places.length)} cells
      </summary>
      <table class="list">
        <tbody>
          {places.slice(0, LISTED).map((place) => (
            <tr>
              <td>
                <a href={fragmentOf({ view: "cell", cell: report.index.names[place] ?? "", on: name })}>
                  {askedText(report.question(place))}
                </a>
              </td>
              {[before, after].map((column) => (
                <td>
                  <Mark look={report.look(column, place)} /> {report.look(column, place)?.outcome ?? "not measured"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {places.length > LISTED && (
        <p>
          <a href={fragmentOf({ view: "matrix", layout: "kernel", query: `class:${of}` })}>
            {number(places.length - LISTED)} more
          </a>
        </p>
      )}
    </details>
  );
}

function changedChecks({ index }: Report, [before, after]: readonly [number, number]) {
  return index.checks.flatMap(({ id, text, answers }) => {
    const side = (place: number) => {
      const answer = answers[place];
      return answer ? { verdict: answer.verdict, behaviour: answer.observed } : undefined;
    };
    const what = changeClass(side(before), side(after));
    return what === "same" ? [] : [{ id, text, what }];
  });
}
