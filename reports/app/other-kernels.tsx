/** The same cell on every kernel, and since when it is so. */
import { isConclusive } from "../glyph.ts";
import { spansOf } from "../kernel-spans.ts";
import { Mark, Panel, Verdict } from "./parts.tsx";
import type { Report } from "./report.ts";
import { fragmentOf, type State } from "./state.ts";

interface Props {
  readonly report: Report;
  readonly place: number;
  readonly column: number;
  readonly state: State;
}

export function OtherKernels({ report, place, column, state }: Props) {
  const { columns, index } = report;
  if (columns.length < 2) return null;
  return (
    <Panel title="The same cell on every kernel" note={spanText(report, place)}>
      <div class="scroll">
        <table class="list">
          <tbody>
            {columns.map(({ name }, other) => {
              const look = report.look(other, place);
              return (
                <tr aria-current={other === column ? "true" : undefined}>
                  <th scope="row">
                    <a href={fragmentOf({ ...state, view: "cell", cell: index.names[place] ?? "", on: name })}>
                      {name}
                    </a>
                  </th>
                  <td>
                    <Mark look={look} />
                  </td>
                  <td>{look?.outcome ?? "not measured"}</td>
                  <td>{look && <Verdict is={look.verdict} />}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** Of one run's kernels: those of several runs are no line of versions. */
function spanText(report: Report, place: number): string {
  const { columns, index } = report;
  if (index.runs.length > 1) return "";
  const kernels = columns.map(({ name, kernel }) => ({ name, version: kernel.version }));
  const values = columns.map((_, column) => {
    const look = report.look(column, place);
    return look && isConclusive(look.code) ? look.outcome : undefined;
  });
  const spans = spansOf(kernels, values);
  if (spans.length === 1) return "no change among those that told";
  return spans.map(({ value, began }) => `${value}: ${began}`).join("; ");
}
