/** What in a C source is not code: comments, literals and preprocessor lines. Positions never move. */

const COMMENT = String.raw`/\*[\s\S]*?\*/|//[^\n]*`;
const LITERAL = String.raw`"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'`;
const DIRECTIVE = String.raw`^[ \t]*#(?:\\\r?\n|/\*[\s\S]*?\*/|[^\n])*`;

type Branch = "if" | "else" | "endif";

export interface BlankedSource {
  /** The source with everything that is not code turned into blanks; line breaks stay. */
  readonly code: string;
  /** Positions of the conditional directives. */
  readonly branches: ReadonlyMap<number, Branch>;
}

export function blankOut(source: string): BlankedSource {
  const branches = new Map<number, Branch>();
  const code = source.replace(new RegExp(`${COMMENT}|${LITERAL}|${DIRECTIVE}`, "gm"), (text, at: number) => {
    const branch = branchOf(text);
    if (branch) branches.set(at, branch);
    return text.replace(/[^\n]/g, " ");
  });
  return { code, branches };
}

/** Each comment becomes one blank; literals are left alone. */
export function withoutComments(text: string): string {
  return text.replace(new RegExp(`(${LITERAL})|${COMMENT}`, "g"), (_all, literal?: string) => literal ?? " ");
}

function branchOf(text: string): Branch | undefined {
  const keyword = /^\s*#\s*([a-z]+)/.exec(text)?.[1];
  if (keyword === "else" || keyword === "elif") return "else";
  if (keyword === "endif") return "endif";
  return keyword?.startsWith("if") ? "if" : undefined;
}
