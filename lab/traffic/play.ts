/** Plays a plan where an executor runs, and takes the records home. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor, RunResult } from "../base/executor.ts";
import { readCards, withCards } from "./card-counters.ts";
import { dropsBetween, requireStill, vanished } from "./counters.ts";
import { lastWord } from "./last-word.ts";
import type { Plan } from "./plan.ts";
import { DUE, INTERLUDE, playScript } from "./play-script.ts";
import { parseRecording, type Recording } from "./records.ts";

/** A recording with what devices dropped meanwhile. */
export interface Played {
  readonly recording: Recording;
  /** By interface: frames it dropped while the plan was played. */
  readonly drops: ReadonlyMap<string, number>;
  readonly seconds: number;
}

/**
 * The topology of the plan must be up.
 * @throws EnvironmentError when the agent fails, or a device vanishes meanwhile; what it did not see is no failure, but missing in the records.
 */
export async function playPlan(executor: Executor, plan: Plan): Promise<Played> {
  const started = performance.now();
  const cards = await readCards(executor, plan);
  const pipe = `${executor.workDirectory}/interlude`;
  const lines = playScript(plan, pipe, executor.slowness);
  const result = await (plan.interlude
    ? executor.run(interludeScript(executor.agent, lines, pipe, plan.interlude))
    : executor.run(`exec ${executor.agent} play`, { stdin: Buffer.from(`${lines.join("\n")}\n`) }));
  if (result.status !== 0) throw agentFailure(executor, result);
  const recording = parseRecording(result.stdout);
  const [before = "", after = ""] = recording.texts.filter((text) => text.includes("|"));
  requireStill(executor.place, before, after);
  const drops = withCards(dropsBetween(before, after), cards, await readCards(executor, plan));
  return { recording, drops, seconds: (performance.now() - started) / 1000 };
}

/** What the agent says of an interface its plan names and it cannot find, or the kernel of its files: it was built, so it is gone. */
const GONE = /"(\S+)" does not exist here|\/sys\/class\/net\/([^/\s]+)\/\S+: No such file or directory/;

/** @param word the agent's: `play`, `talk`. */
export function agentFailure(
  { place, agent }: Pick<Executor, "place" | "agent">,
  { status, stderr }: Pick<RunResult, "status" | "stderr">,
  word = "play",
): EnvironmentError {
  const [, device, port] = GONE.exec(stderr) ?? [];
  const gone = device ?? port;
  if (gone !== undefined) return vanished(place, [gone], "before all frames were sent", `${agent} ${word}`);
  return new EnvironmentError(`${place}: "${agent} ${word}" ended with status ${status}`, { detail: stderr });
}

/**
 * The agent plays the first part, says so through a pipe, and goes on once the interlude's commands are done. Where it
 * dies before, `lastWord` says so in its place.
 */
function interludeScript(agent: string, lines: readonly string[], pipe: string, interlude: readonly string[]): string {
  const at = lines.indexOf(INTERLUDE);
  return [
    `mkfifo ${pipe} || exit`,
    "{",
    "cat <<'END'",
    ...lines.slice(0, at),
    "END",
    `read due < ${pipe}`,
    `[ "$due" = ${DUE} ] || exit`,
    "ip -force -batch - >&2 <<'END'",
    ...interlude,
    "END",
    "cat <<'END'",
    ...lines.slice(at + 1),
    "END",
    `} | { ${agent} play; ${lastWord(pipe)}; }`,
    "status=$?",
    `rm ${pipe}`,
    "exit $status",
  ].join("\n");
}
