/** The parts a reader acts on: each there, or with the reason it is not. */
import type { CellResult } from "../../lab/model/results.ts";
import { CELL_PARTS, type CellPart, PART_NAMES, type Part, partsOf } from "../cell-parts.ts";
import { wellFormed } from "../formats/one-line.ts";
import { CopyButton } from "./copy-button.tsx";
import { Panel } from "./parts.tsx";
import type { Report } from "./report.ts";

interface Props {
  readonly report: Report;
  readonly column: number;
  readonly cell: CellResult;
}

export function CellParts({ report, column, cell }: Props) {
  const { kernel, run = 0 } = report.columns[column] ?? {};
  const parts = partsOf(cell, kernel, report.index.runs[run]?.directory);
  return (
    <Panel title="Evidence">
      <dl class="parts">
        {CELL_PARTS.map((name) => (
          <div data-part={name}>
            <dt>{PART_NAMES[name]}</dt>
            <dd>
              <PartBody name={name} part={parts[name]} />
              {name === "capture" && <Captures report={report} column={column} cell={cell} />}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function PartBody({ name, part }: { readonly name: CellPart; readonly part: Part }) {
  if ("missing" in part) return <p class="missing">not here: {part.missing}</p>;
  if (name === "raw")
    return (
      <details>
        <summary>as in results.json</summary>
        <CopyButton text={part.have.join("\n")} />
        <pre>{part.have.join("\n")}</pre>
      </details>
    );
  if (name === "repro" || name === "script")
    return (
      <p class="command">
        <code>{part.have.join("\n")}</code>
        <CopyButton text={part.have.join("\n")} />
      </p>
    );
  return (
    <>
      {part.have.map((line) => (
        <p>{line}</p>
      ))}
    </>
  );
}

/** Captures stay files beside the report; one that was not there when it was rendered is said to be missing. */
function Captures({ report, column, cell }: Props) {
  const { runs, files } = report.index;
  const { directory = "" } = runs[report.columns[column]?.run ?? 0] ?? {};
  const names = [...new Set(cell.evidence.map(({ capture }) => capture))];
  return (
    <>
      {names.map((name) => {
        const path = directory === "" ? name : `${directory}/${name}`;
        const size = files[path];
        const frames = cell.evidence
          .filter(({ capture }) => capture === name)
          .flatMap((one) => [...one.frames, ...one.control]);
        const filter = `frame.number in {${[...new Set(frames)].sort((a, b) => a - b).join(", ")}}`;
        return (
          <>
            {size === null ? (
              <p class="missing">{path} was not beside this report when it was rendered</p>
            ) : (
              <p>
                <a href={encodeURI(wellFormed(path))}>open {name}</a>
                {size !== undefined && (
                  <span class="quiet"> {(size / 2 ** 20).toFixed(1)} MiB, beside this report</span>
                )}
              </p>
            )}
            <p class="command">
              <code>{`tshark -r ${path} -Y '${filter}'`}</code>
              <CopyButton text={`tshark -r ${path} -Y '${filter}'`} />
            </p>
          </>
        );
      })}
      {names.length > 0 && (
        <p class="quiet">
          Addresses and bytes of the frames are in the capture; each frame ends with the name of its cell.
        </p>
      )}
    </>
  );
}
