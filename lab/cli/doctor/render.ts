/** The doctor's findings as text: aligned, and as readable without colour as with it. */
import { hanging, makePage, type Page, pad } from "../../../reports/terminal-text.ts";
import { type Chapter, type Finding, type State, stateOf } from "./finding.ts";

export interface RenderOptions {
  /** Characters per line. */
  readonly columns: number;
  readonly colour: boolean;
}

const STYLES = { ok: "reached", limited: "odd", missing: "bad" } as const satisfies Record<State, string>;
const STATE_WIDTH = 9;

export function renderDoctor(chapters: readonly Chapter[], { columns, colour }: RenderOptions): string {
  const page = makePage(columns, colour);
  const subjects = chapters.flatMap(({ findings }) => findings.map(({ subject }) => subject.length));
  const indent = 2 + STATE_WIDTH + Math.max(0, ...subjects) + 2;
  const parts = chapters.map(({ title, findings }) => [
    page.paint("heading", title.toUpperCase()),
    ...findings.flatMap((finding) => findingLines(page, finding, indent)),
  ]);
  return `${[...parts, [conclusion(page, chapters)]].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function findingLines(page: Page, { subject, state, text, mend }: Finding, indent: number): string[] {
  const head = `  ${page.paint(STYLES[state], pad(state, STATE_WIDTH))}${subject}`;
  const lines = hanging(page, head, text, indent);
  return mend === undefined ? lines : [...lines, ...hanging(page, `${" ".repeat(indent)}-> `, mend, indent + 3)];
}

function conclusion(page: Page, chapters: readonly Chapter[]): string {
  const findings = chapters.flatMap((chapter) => chapter.findings);
  const named = (wanted: State) =>
    findings
      .filter(({ state }) => state === wanted)
      .map(({ subject }) => subject)
      .join(", ");
  switch (stateOf(findings)) {
    case "missing":
      return page.paint("bad", `The default job (./scripts/lab) cannot run here: ${named("missing")}.`);
    case "limited":
      return `The default job (./scripts/lab) can run here. Limited: ${named("limited")}.`;
    case "ok":
      return "The default job (./scripts/lab) can run here, and everything beside it.";
  }
}
