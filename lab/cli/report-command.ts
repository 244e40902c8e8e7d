/** `macvlab report`: old runs told again, from their results alone. */
import { UsageError } from "../base/errors.ts";
import { EXIT } from "../verdict/exit-code.ts";
import type { StoredRun } from "./html-report.ts";
import type { ReporterChoice } from "./reporters/choice.ts";
import { reportContext } from "./reporters/context.ts";
import { checkChoices, writeReport } from "./reporters/open.ts";
import { REPORTERS } from "./reporters/registry.ts";
import { readStoredRun } from "./run-file.ts";

export interface ReportFlags {
  readonly reporter: readonly ReporterChoice[];
  readonly link?: string;
}

/** Resolves to the exit code: what the runs were like is told, and is no failure of telling it. */
export async function reportCommand(names: readonly string[], { reporter, link }: ReportFlags): Promise<number> {
  const choices: readonly ReporterChoice[] = reporter.length === 0 ? [{ name: "terminal" }] : reporter;
  checkChoices(choices);
  refuseSeveral(names, choices);
  const runs: StoredRun[] = [];
  for (const name of names) runs.push(await readStoredRun(name));
  for (const choice of choices) writeReport(choice, reportContext(runs, link, names.join(" ")));
  return EXIT.expected;
}

function refuseSeveral(names: readonly string[], choices: readonly ReporterChoice[]): void {
  const single = choices.find(({ name }) => !REPORTERS[name].several);
  if (names.length < 2 || single === undefined) return;
  throw new UsageError(`"${single.name}" tells of one run at a time, and ${names.length} are named`, {
    mend: "name one; macvlab diff and macvlab report --reporter html hold runs against each other",
  });
}
