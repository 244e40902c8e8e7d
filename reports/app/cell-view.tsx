/** One cell on one kernel: what was asked, where its frame went, what was expected and why, and what shows it. */
import { useEffect, useState } from "preact/hooks";
import type { CellResult } from "../../lab/model/results.ts";
import { askedText, cellSentence, outcomeText } from "../cell-sentence.ts";
import { CellParts } from "./cell-parts.tsx";
import { readCell } from "./data.ts";
import { Ladder } from "./ladder.tsx";
import { OtherKernels } from "./other-kernels.tsx";
import { Panel, Verdict } from "./parts.tsx";
import { Picture } from "./picture.tsx";
import type { Report } from "./report.ts";
import { Rule } from "./rule.tsx";
import { fragmentOf, type State } from "./state.ts";
import { StoryPanel } from "./story-panel.tsx";
import type { ViewProps } from "./view-props.ts";
import { WayDetails } from "./way-details.tsx";

export function CellView({ report, state }: ViewProps) {
  const place = report.find(state.cell);
  const column = columnOf(report, place, state.on);
  const cell = useCell(report, column, place);
  useEffect(() => backOnEscape(state), [state]);
  if (place < 0) return <Unknown name={state.cell} />;
  return (
    <article class="cell">
      <p class="crumbs">
        <a href={fragmentOf({ view: "matrix", query: state.query, layout: state.layout })}>← Matrix</a>
        <span class="code">{state.cell}</span>
      </p>
      {cell === "waiting" ? <h1>{askedText(report.question(place))}</h1> : null}
      {cell === undefined && <NotMeasured report={report} column={column} place={place} />}
      {cell && cell !== "waiting" && <Known report={report} column={column} cell={cell} />}
      {cell && cell !== "waiting" && <StoryPanel report={report} column={column} place={place} cell={cell} />}
      <OtherKernels report={report} place={place} column={column} state={state} />
      {cell && cell !== "waiting" && <CellParts report={report} column={column} cell={cell} />}
    </article>
  );
}

function Known({
  report,
  column,
  cell,
}: {
  readonly report: Report;
  readonly column: number;
  readonly cell: CellResult;
}) {
  const { expected, observed } = cell;
  return (
    <>
      <h1>{cellSentence(cell)}</h1>
      <p class="facts">
        <Verdict is={cell.verdict} /> on {report.columns[column]?.name}
        {cell.claims.length > 0 && (
          <>
            {" · bears on "}
            {cell.claims.map((id) => (
              <a class="claim" href={`${fragmentOf({ view: "claims", on: id })}`}>
                {id}
              </a>
            ))}
          </>
        )}
      </p>
      {cell.reason && <p class="reason">{cell.reason}</p>}
      <div class="two">
        <Panel title="The way of the frame">
          <Picture cell={cell} />
          <WayDetails cell={cell} />
          {observed.path && observed.path.length > 0 && <Ladder path={observed.path} />}
        </Panel>
        <Panel
          title="Expected"
          note={expected.by === "oracle" ? "from the driver's source" : "what an earlier run observed"}
        >
          <dl class="pairs">
            <dt>expected</dt>
            <dd>{outcomeText(cell, expected)}</dd>
            <dt>observed</dt>
            <dd>{outcomeText(cell, observed)}</dd>
          </dl>
          <Rule rule={expected.rule} />
          {expected.extrapolated && (
            <p class="quiet">
              Extrapolated: no reviewed driver settles it; the kernel is newer, older or between reviewed versions where
              they differ.
            </p>
          )}
        </Panel>
      </div>
    </>
  );
}

function NotMeasured({
  report,
  column,
  place,
}: {
  readonly report: Report;
  readonly column: number;
  readonly place: number;
}) {
  return (
    <>
      <h1>{askedText(report.question(place))}: not measured</h1>
      <p class="reason">Nobody asked {report.columns[column]?.name} this: that says nothing about what it would do.</p>
    </>
  );
}

function Unknown({ name }: { readonly name: string }) {
  return (
    <article>
      <h1>No such cell</h1>
      <p class="reason">
        This report has no cell <span class="code">{name || "of that name"}</span>. Perhaps another run has it.
      </p>
      <p>
        <a href={fragmentOf({ view: "matrix" })}>All cells</a>
      </p>
    </article>
  );
}

/** The kernel the link names, else the newest that was asked. */
function columnOf(report: Report, place: number, name: string): number {
  const named = report.columns.findIndex((column) => column.name === name);
  if (named >= 0) return named;
  const asked = report.columns.findLastIndex((_, column) => report.look(column, place) !== undefined);
  return Math.max(0, asked);
}

/** Undefined: not measured. */
function useCell(report: Report, column: number, place: number): CellResult | "waiting" | undefined {
  const [cell, setCell] = useState<{ readonly of: string; readonly cell: CellResult | undefined }>();
  const of = `${column} ${place}`;
  useEffect(() => {
    let isWanted = true;
    void readCell(report.index.chunks[column] ?? [], place).then((read) => isWanted && setCell({ of, cell: read }));
    return () => {
      isWanted = false;
    };
  }, [report, column, place, of]);
  return cell?.of === of ? cell.cell : "waiting";
}

function backOnEscape(state: State): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape")
      location.hash = fragmentOf({ view: "matrix", query: state.query, layout: state.layout });
  };
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}
