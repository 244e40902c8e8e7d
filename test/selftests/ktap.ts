/** Counts results of the kernel's own tests (Documentation/dev-tools/ktap.rst), as kselftest's runner prints them. */

export type Verdict = "pass" | "fail" | "skip";

export interface KtapResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** What stands behind the `#`: `SKIP`, `exit=1`, `TIMEOUT 45 seconds`; else empty. */
  readonly why: string;
  /** Results of its own parts, where it printed KTAP itself; their diagnostics lines carry one `# ` more. */
  readonly parts: Readonly<Record<Verdict, number>>;
}

const NONE: Readonly<Record<Verdict, number>> = { pass: 0, fail: 0, skip: 0 };
const RESULT = /^(ok|not ok) \d+(?: -)?(?: ([^#]*))?(?:# ?(.*))?$/;

/** The results of the outermost level, in their order. */
export function readKtap(text: string): KtapResult[] {
  const results: KtapResult[] = [];
  let parts = NONE;
  for (const line of text.split(/\r?\n/)) {
    const part = resultOf(line.replace(/^(?:# |\s{2,})+/, ""));
    const whole = /^[#\s]/.test(line) ? undefined : resultOf(line);
    if (whole) {
      results.push({ ...whole, parts });
      parts = NONE;
    } else if (part) parts = { ...parts, [part.verdict]: parts[part.verdict] + 1 };
  }
  return results;
}

/** How many of each verdict. */
export function countVerdicts(results: readonly KtapResult[]): Record<Verdict, number> {
  const count = (verdict: Verdict) => results.filter((one) => one.verdict === verdict).length;
  return { pass: count("pass"), fail: count("fail"), skip: count("skip") };
}

function resultOf(line: string): Omit<KtapResult, "parts"> | undefined {
  const found = RESULT.exec(line);
  if (!found) return undefined;
  const [, state, name = "", why = ""] = found;
  const skipped = /^SKIP\b/i.test(why);
  const expected = /^(TODO|XFAIL)\b/i.test(why);
  const verdict = skipped || expected ? "skip" : state === "ok" ? "pass" : "fail";
  return { name: name.trim(), verdict, why: why.trim() };
}
