/** All matrices a query selects. Rows send, columns receive. */
import { useMemo, useRef } from "preact/hooks";
import { CELL_STATUSES, STATUS_TEXT } from "../cell-status.ts";
import { glyphLegend } from "../glyph.ts";
import { groupBy } from "../group.ts";
import { blocksOf } from "./blocks.ts";
import { MatrixBlock } from "./matrix-block.tsx";
import { replace } from "./navigation.ts";
import { number } from "./parts.tsx";
import { QueryBox } from "./query-box.tsx";
import type { Report, Selection } from "./report.ts";
import { LAYOUTS, type Layout, type State } from "./state.ts";
import type { ViewProps } from "./view-props.ts";

const LAYOUT_NAMES: Readonly<Record<Layout, string>> = {
  same: "Same ones together",
  kernel: "Side by side",
  difference: "Differences",
};

export function MatrixView({ report, state }: ViewProps) {
  const selection = useMemo(() => report.select(state.query), [report, state.query]);
  const blocks = useMemo(() => blocksOf(report, selection), [report, selection]);
  const chapters = [...groupBy(blocks, ({ scenario, lowers }) => `${scenario}\n${lowers}`)];
  const root = useRef<HTMLDivElement>(null);
  return (
    <div ref={root}>
      <h1 class="visually-hidden">Matrix</h1>
      <div class="tools">
        <QueryBox report={report} state={state} />
        <div class="toolrow">
          <p class="shown" role="status">
            {shownText(report, selection)}
          </p>
          {report.columns.length > 1 && <LayoutChoice state={state} />}
        </div>
      </div>
      <Legend report={report} />
      {selection.questions.length === 0 && <Nothing report={report} />}
      {chapters.map(([key, own]) => (
        <section class="chapter" key={key}>
          <h2>
            {own[0]?.lowers} <small>{own[0]?.scenario}</small>
          </h2>
          <div class="blocks">
            {own.map((block) => (
              <MatrixBlock key={block.key} report={report} block={block} selection={selection} state={state} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

function shownText({ index, columns }: Report, { questions, columns: shown }: Selection): string {
  const kernels = columns.length > 1 ? ` on ${shown.length} of ${columns.length} kernels` : "";
  return `${number(questions.length)} of ${number(index.questions.length)} shown${kernels}`;
}

function LayoutChoice({ state }: { readonly state: State }) {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Kernels</legend>
      {LAYOUTS.map((layout) => (
        <label>
          <input
            type="radio"
            name="layout"
            checked={state.layout === layout}
            onChange={() => replace({ ...state, layout })}
          />
          <span>{LAYOUT_NAMES[layout]}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Every status there can be, with its glyph; the details of glyphs that occur. */
function Legend({ report }: { readonly report: Report }) {
  const codes = new Set(report.index.looks.map(({ code }) => code));
  return (
    <details class="legend">
      <summary>
        {CELL_STATUSES.map((status) => (
          <span class="legend-item">
            <span class={`mark s-${status}`}>{SAMPLES[status]}</span>
            {STATUS_TEXT[status].text}
          </span>
        ))}
        <span class="legend-item">
          <span class="mark s-reached wrong">!1</span>not as expected
        </span>
        <span class="more">all glyphs</span>
      </summary>
      <dl>
        {glyphLegend(codes).map(([sample, meaning]) => (
          <div>
            <dt>{sample}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
        <div>
          <dt>▫</dt>
          <dd>not measured: {STATUS_TEXT["not-measured"].meaning}; not a “no”</dd>
        </div>
        <div>
          <dt>source±</dt>
          <dd>source mode with the sender on its list, and with only another address on it</dd>
        </div>
      </dl>
      <p>
        Rows send, columns receive. Relay on: the switch port sends frames back to where they came from (reflective
        relay).
      </p>
    </details>
  );
}

const SAMPLES = {
  reached: "1",
  "not-reached": ".",
  duplicated: "2",
  echoed: "1e",
  unsupported: "x",
  inconclusive: "?",
  "not-measured": "▫",
} as const;

function Nothing({ report }: { readonly report: Report }) {
  const text = report.index.questions.length === 0 ? "This run measured no cell." : "No cell is all of this.";
  return <p class="nothing">{text}</p>;
}
