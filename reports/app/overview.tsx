/** The first page: what changed between kernels, the kernels, how much was measured and how far they agree. */

import { Agreement } from "./agreement.tsx";
import { Health, number, Panel, Share, seconds } from "./parts.tsx";
import type { Report } from "./report.ts";
import { fragmentOf } from "./state.ts";
import type { ViewProps } from "./view-props.ts";

export function Overview({ report }: ViewProps) {
  const { index } = report;
  const first = index.runs.at(-1);
  return (
    <>
      <h1>Who can talk to whom</h1>
      <p class="lead">{index.summary}</p>
      <p class="facts">
        {index.runs.map(({ name }) => name).join(", ")} · {first?.run.startedAt.slice(0, 16).replace("T", " ")} UTC ·{" "}
        {seconds(first?.run.seconds ?? 0)} · macvlab {first?.run.version}
      </p>
      <Incomparable report={report} />
      <Changed report={report} />
      <Kernels report={report} />
      <Agreement report={report} />
    </>
  );
}

export function Incomparable({ report }: { readonly report: Report }) {
  const { incomparable } = report.index;
  if (incomparable.length === 0) return null;
  return (
    <aside class="banner" role="note">
      <strong>These runs differ in more than their results:</strong>
      <ul>
        {incomparable.slice(0, SHOWN).map((text) => (
          <li>{text}</li>
        ))}
        {incomparable.length > SHOWN && <li>{incomparable.length - SHOWN} more, of the same kinds</li>}
      </ul>
    </aside>
  );
}
const SHOWN = 8;

function Changed({ report }: { readonly report: Report }) {
  const { differences, columns } = report.index;
  if (columns.length < 2) return null;
  if (differences.length === 0)
    return (
      <Panel title="What changed between kernels">
        <p>Nothing: every cell and check that could be told is the same on all of them.</p>
      </Panel>
    );
  return (
    <Panel title="What changed between kernels" note="most cells first">
      <ol class="changes">
        {differences.map(({ count, where, outcomes, query, example }) => (
          <li>
            <div class="change-outcomes">
              {outcomes.map(({ text, kernels }) => (
                <p>
                  <b>{text}</b>
                  <span>{kernels}</span>
                </p>
              ))}
            </div>
            <ul class="change-where">
              {where.map(({ place, pairs }) => (
                <li>
                  <span class="place">{place}</span> {pairs}
                </li>
              ))}
            </ul>
            <p class="change-links">
              {query !== "" && (
                <a href={fragmentOf({ view: "matrix", layout: "difference", query })}>
                  {number(count)} {count === 1 ? "cell" : "cells"}
                </a>
              )}
              {example && <a href={fragmentOf({ view: "cell", cell: example })}>one of them</a>}
              {query === "" && <a href={fragmentOf({ view: "checks" })}>checks</a>}
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

const VERDICTS = ["match", "unsupported", "mismatch", "inconclusive"] as const;

function Kernels({ report }: { readonly report: Report }) {
  const { columns, index } = report;
  return (
    <Panel title="Kernels" note="oldest first">
      <div class="scroll">
        <table class="list">
          <thead>
            <tr>
              {[
                "Kernel",
                "Spec",
                "Health",
                "Boot",
                "Total",
                "Measured",
                "Match",
                "Refused",
                "Mismatch",
                "Inconclusive",
                "",
              ].map((head, place) => (
                <th scope="col" class={place > 2 && place < 10 ? "figure" : undefined}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {columns.map(({ name, kernel, counts, extrapolated }) => (
              <tr>
                <th scope="row">
                  <a href={fragmentOf({ view: "matrix", query: `kernel:${name.split(" ")[0]}` })}>{name}</a>
                </th>
                <td class="code">{kernel.id}</td>
                <td>
                  <Health status={kernel.health.status} />
                </td>
                <td class="figure">{kernel.accelerator === "none" ? "" : seconds(kernel.seconds.boot)}</td>
                <td class="figure">{seconds(kernel.seconds.total)}</td>
                <td class="figure">
                  <Share part={counts.measured ?? 0} of={index.questions.length} />
                </td>
                {VERDICTS.map((verdict) => (
                  <td class={`figure ${counts[verdict] && /mis|inc/.test(verdict) ? "bad" : ""}`}>
                    {number(counts[verdict] ?? 0)}
                  </td>
                ))}
                <td class="quiet">
                  {kernel.accelerator}
                  {extrapolated ? ", extrapolated" : ""}
                  {kernel.boots ? `, ${kernel.boots} guests` : ""}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {columns.some(({ extrapolated }) => extrapolated) && (
        <p class="quiet">
          Extrapolated: no reviewed driver settles some expectation, because the kernel is newer, older or between
          reviewed versions where they differ.
        </p>
      )}
    </Panel>
  );
}
