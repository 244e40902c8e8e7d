/** What the doctor says: findings, a line each, in chapters. */

/** `limited`: the default job runs, something beside it does not. `missing`: the default job cannot run. */
export type State = "ok" | "limited" | "missing";

export interface Finding {
  readonly subject: string;
  readonly state: State;
  /** One line: what is there, with what was measured. */
  readonly text: string;
  /** What mends it: a sentence or a command. */
  readonly mend?: string | undefined;
}

export interface Chapter {
  readonly title: string;
  readonly findings: readonly Finding[];
}

export const ok = (subject: string, text: string): Finding => ({ subject, state: "ok", text });

export function stateOf(findings: readonly Finding[]): State {
  const states = findings.map(({ state }) => state);
  if (states.includes("missing")) return "missing";
  return states.includes("limited") ? "limited" : "ok";
}
