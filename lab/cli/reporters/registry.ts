/** Every reporter by name. A new one is a line here and a name in `choice.ts`. */
import { eventLine, renderEvents } from "../../../reports/formats/events.ts";
import { renderAnnotations, renderComment, renderStepSummary } from "../../../reports/formats/github.ts";
import { renderJunit } from "../../../reports/formats/junit.ts";
import { renderKtap } from "../../../reports/formats/ktap.ts";
import { renderTap } from "../../../reports/formats/tap.ts";
import { renderMarkdown } from "../../../reports/markdown.ts";
import { resultsText } from "../../../reports/results-file.ts";
import { renderTerminal } from "../../../reports/terminal.ts";
import type { Listener } from "../../model/events.ts";
import { htmlReport } from "../html-report.ts";
import type { ReporterName } from "./choice.ts";
import type { Reporter } from "./reporter.ts";

export const REPORTERS: Readonly<Record<ReporterName, Reporter>> = {
  terminal: {
    render: (results, { columns, colour }) => `${renderTerminal(results, { columns, colour })}\n`,
    mixes: true,
  },
  markdown: { render: renderMarkdown },
  json: { render: resultsText },
  html: { render: (_, { runs, directory }) => htmlReport(runs, directory), several: true },
  junit: { render: renderJunit },
  ktap: { render: renderKtap },
  tap: { render: renderTap },
  jsonl: { render: (results, { exitCode }) => renderEvents(results, exitCode), live: liveEvents },
  comment: { render: renderComment },
  "step-summary": { render: renderStepSummary, appends: true },
  annotations: { render: renderAnnotations, mixes: true },
};

function liveEvents(write: (text: string) => void): Listener {
  const started = performance.now();
  return (event) => write(eventLine(event, (performance.now() - started) / 1000));
}
