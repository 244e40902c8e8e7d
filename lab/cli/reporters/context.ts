/** What reporters have to know beside the results. */
import { EXIT, exitCode } from "../../verdict/exit-code.ts";
import type { StoredRun } from "../html-report.ts";
import type { ReportContext } from "./reporter.ts";

/**
 * @param link as typed; else, in a job of GitHub's, the job's run
 * @param fallback where the files of the run are
 */
export function reportContext(runs: readonly StoredRun[], link: string | undefined, fallback: string): ReportContext {
  const columns = process.stdout.columns ?? 100;
  const colour = process.stdout.hasColors?.() ?? false;
  const address = link ?? jobAddress(process.env) ?? fallback;
  const code = runs[0] === undefined ? EXIT.expected : exitCode(runs[0].results);
  return { runs, link: address, exitCode: code, columns, colour };
}

function jobAddress(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
}
