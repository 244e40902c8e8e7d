/** With what, on what and of what a run was made. */

import { Incomparable } from "./overview.tsx";
import { Panel, seconds } from "./parts.tsx";
import type { ViewProps } from "./view-props.ts";

export function RunView({ report }: ViewProps) {
  const { runs, measurements } = report.index;
  return (
    <>
      <h1>{runs.length > 1 ? "Runs" : "Run"}</h1>
      <Incomparable report={report} />
      {runs.map(({ name, run }, place) => (
        <Panel title={name} note={run.id}>
          <dl class="pairs">
            {[
              ["command", `macvlab ${run.command.join(" ")}`],
              ["started", run.startedAt],
              ["took", seconds(run.seconds)],
              ["macvlab", run.version],
              ["machine", `Linux ${run.host.release}, ${run.host.cpus} CPUs`],
              ...Object.entries(run.tools ?? {}).map(([tool, version]) => [tool, version ?? "not there"]),
              ...(run.scenarios ?? []).map(({ name: scenario, revision, topology }) => [
                `scenario ${scenario}`,
                `revision ${revision.slice(0, 12)}${topology ? `, topology ${topology.slice(0, 12)}` : ""}`,
              ]),
              ...(run.baseline ? [["baseline", `${run.baseline.file}: ${run.baseline.judged} judged by it`]] : []),
            ].map(([term, text]) => (
              <>
                <dt>{term}</dt>
                <dd class="code">{text}</dd>
              </>
            ))}
          </dl>
          <Kernels report={report} run={place} />
        </Panel>
      ))}
      {measurements.map(({ kernel, rows }) => (
        <Panel title="Measured without judgement" note={kernel}>
          <dl class="pairs">
            {rows.map(({ text, figure, ratios }) => (
              <>
                <dt>{text}</dt>
                <dd>
                  {figure}
                  {ratios.length > 0 && <span class="quiet"> {ratios.join("; ")}</span>}
                </dd>
              </>
            ))}
          </dl>
        </Panel>
      ))}
    </>
  );
}

function Kernels({ report, run }: Pick<ViewProps, "report"> & { readonly run: number }) {
  return (
    <>
      {report.columns
        .filter((column) => column.run === run)
        .map(({ name, kernel }) => (
          <details class="kernel-facts">
            <summary>
              <b>{name}</b> <span class="code">{kernel.id}</span> {kernel.release}
            </summary>
            <dl class="pairs">
              <dt>kernel</dt>
              <dd class="code">{kernel.sha256 || "unknown"}</dd>
              {kernel.image && (
                <>
                  <dt>guest image</dt>
                  <dd class="code">{kernel.image.sha256}</dd>
                  <dt>iproute2</dt>
                  <dd>{kernel.image.iproute2 ?? "not recorded"}</dd>
                </>
              )}
              {kernel.modules.map((module) => (
                <>
                  <dt>{module.name}</dt>
                  <dd class="code">
                    {module.sha256}
                    {module.replacedBy && <b> replaced by {module.replacedBy}</b>}
                  </dd>
                </>
              ))}
            </dl>
          </details>
        ))}
    </>
  );
}
