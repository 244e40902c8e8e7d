/** Why a cell's frame did or did not arrive: what `macvlab explain` tells, from the same data. */
import { useEffect, useState } from "preact/hooks";
import type { CellResult } from "../../lab/model/results.ts";
import { wellFormed } from "../formats/one-line.ts";
import { type Elsewhere, type Step, type Story, storyOf } from "../story.ts";
import { readCell } from "./data.ts";
import { Panel } from "./parts.tsx";
import type { Report } from "./report.ts";

interface Props {
  readonly report: Report;
  readonly column: number;
  readonly place: number;
  readonly cell: CellResult;
}

export function StoryPanel({ report, column, place, cell }: Props) {
  const others = useOthers(report, column, place, cell);
  if (cell.observed.outcome !== undefined) return null; // a conversation is many frames
  const story = storyOf(cell, others);
  const { directory = "" } = report.index.runs[report.columns[column]?.run ?? 0] ?? {};
  return (
    <Panel title="Why" note="as macvlab explain tells it">
      <p class="fate">
        <b>{story.fate}</b> {story.detail}
      </p>
      <dl class="pairs story">
        {story.suspect && <Line name="likeliest" text={story.suspect} />}
        {story.differs && <Line name="first hop that differs" text={story.differs.text} />}
        <Line name="limits" text={story.limits} />
      </dl>
      {story.traced && <Traced traced={story.traced} directory={directory} files={report.index.files} />}
    </Panel>
  );
}

function Line({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </>
  );
}

interface TracedProps {
  readonly traced: NonNullable<Story["traced"]>;
  readonly directory: string;
  readonly files: Report["index"]["files"];
}

function Traced({ traced, directory, files }: TracedProps) {
  const { capture } = traced;
  const path = capture === undefined || directory === "" ? capture : `${directory}/${capture}`;
  return (
    <>
      <h3>
        What the kernel told of it{" "}
        <small>
          {traced.of}
          {path !== undefined && "; frames are those of "}
          {path !== undefined &&
            (files[path] === null ? (
              `${capture}, which was not beside this report when it was rendered`
            ) : (
              <a href={encodeURI(wellFormed(path))}>{capture}</a>
            ))}
        </small>
      </h3>
      <div class="scroll">
        <table class="list trace">
          <thead>
            <tr>
              <th scope="col">µs</th>
              <th scope="col">where</th>
              <th scope="col">what was done</th>
              <th scope="col">shown by</th>
            </tr>
          </thead>
          <tbody>
            {traced.steps.map((step) => (
              <Hop step={step} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Hop({ step: { at, place, action, detail, evidence } }: { readonly step: Step }) {
  return (
    <tr>
      <td class="figure">{at}</td>
      <td>{place}</td>
      <td>
        {action}
        {detail !== undefined && <p class="quiet">{detail}</p>}
      </td>
      <td class="code">{evidence}</td>
    </tr>
  );
}

/** The same cell in the columns it is as expected in; read only where it is not so here. */
function useOthers(report: Report, column: number, place: number, { id, verdict }: CellResult): readonly Elsewhere[] {
  const [others, setOthers] = useState<{ readonly of: string; readonly cells: readonly Elsewhere[] }>();
  const of = `${column} ${id}`;
  useEffect(() => {
    let isWanted = true;
    const columns = verdict === "mismatch" ? passingElsewhere(report, column, place) : [];
    void Promise.all(columns.map((other) => readElsewhere(report, other, place))).then((read) => {
      if (isWanted) setOthers({ of, cells: read.filter((one) => one !== undefined) });
    });
    return () => {
      isWanted = false;
    };
  }, [report, column, place, of, verdict]);
  return others?.of === of ? others.cells : [];
}

function passingElsewhere(report: Report, column: number, place: number): number[] {
  const all = report.columns.map((_, other) => other);
  return all.filter((other) => other !== column && report.look(other, place)?.verdict === "match");
}

async function readElsewhere(report: Report, column: number, place: number): Promise<Elsewhere | undefined> {
  const cell = await readCell(report.index.chunks[column] ?? [], place);
  return cell && { name: report.columns[column]?.name ?? cell.kernel, cell };
}
