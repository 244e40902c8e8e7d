/** How many kernels agree per behaviour: by place and traffic, the cells all agree on, and those they do not. */
import { groupBy } from "../group.ts";
import { trafficText } from "../traffic-text.ts";
import { number, Panel, Share } from "./parts.tsx";
import type { Report } from "./report.ts";
import { fragmentOf } from "./state.ts";

export function Agreement({ report }: { readonly report: Report }) {
  const { columns, index } = report;
  if (index.questions.length === 0) return null;
  const all = columns.map((_, place) => place);
  const rows = [
    ...groupBy(index.questions.keys(), (place) => {
      const question = report.question(place);
      return [question.scenario, question.placement, trafficText(question)].join("\n");
    }),
  ];
  return (
    <Panel
      title="How far kernels agree"
      note={`cells every kernel that told behaves alike in, of ${columns.length} kernels`}
    >
      <div class="scroll">
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              <th scope="col">Placement</th>
              <th scope="col">Traffic</th>
              <th scope="col" class="figure">
                Cells
              </th>
              <th scope="col" class="figure">
                Measured on all
              </th>
              <th scope="col" class="figure">
                Agree
              </th>
              <th scope="col" class="figure">
                Differ
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([key, places]) => {
              const [scenario = "", placement = "", traffic = ""] = key.split("\n");
              const differing = places.filter((place) => report.differs(place, all)).length;
              const whole = places.filter((place) => all.every((column) => report.look(column, place))).length;
              const query = `scenario:${scenario} placement:${placement} traffic:${traffic.replace(/ .*/, "")}`;
              return (
                <tr>
                  <td>{scenario}</td>
                  <td>{placement}</td>
                  <td>
                    <a href={fragmentOf({ view: "matrix", query })}>{traffic}</a>
                  </td>
                  <td class="figure">{number(places.length)}</td>
                  <td class="figure">{number(whole)}</td>
                  <td class="figure">
                    <Share part={places.length - differing} of={places.length} />
                  </td>
                  <td class={`figure ${differing > 0 ? "odd" : "quiet"}`}>
                    {differing > 0 ? (
                      <a href={fragmentOf({ view: "matrix", layout: "difference", query: `${query} is:different` })}>
                        {differing}
                      </a>
                    ) : (
                      "0"
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
