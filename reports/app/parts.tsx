/** Small things every view is made of. */
import type { ComponentChildren } from "preact";
import { STATUS_TEXT } from "../cell-status.ts";
import { glyphOf } from "../glyph.ts";
import type { Look } from "../html-types.ts";

/** Where a place was not measured: never a blank, never a dot. */
const NOT_MEASURED = "▫";

export function statusOf(look: Look | undefined) {
  return look?.status ?? "not-measured";
}

export function glyphText(look: Look | undefined): string {
  return look ? glyphOf(look.code) : NOT_MEASURED;
}

export function lookText(look: Look | undefined): string {
  if (!look) return "not measured";
  const { text } = STATUS_TEXT[look.status];
  const judged = look.verdict === "mismatch" ? "; not as expected" : "";
  return `${text}: ${look.outcome}${judged}`;
}

/** A place of a matrix on its own: glyph and colour. */
export function Mark({ look }: { readonly look: Look | undefined }) {
  return (
    <span class={`mark s-${statusOf(look)}${look?.verdict === "mismatch" ? " wrong" : ""}`} title={lookText(look)}>
      {glyphText(look)}
    </span>
  );
}

const VERDICTS = {
  match: ["good", "match"],
  mismatch: ["bad", "mismatch"],
  inconclusive: ["unsure", "inconclusive"],
  unsupported: ["plain", "unsupported, as predicted"],
} as const;

export function Verdict({ is }: { readonly is: keyof typeof VERDICTS }) {
  const [tone, text] = VERDICTS[is];
  return <span class={`chip ${tone}`}>{text}</span>;
}

export function Health({ status }: { readonly status: string }) {
  return <span class={`chip ${status === "ok" ? "good" : "bad"}`}>{status}</span>;
}

export function Panel({ title, note, children }: { title: string; note?: string; children: ComponentChildren }) {
  return (
    <section class="panel">
      <h2>
        {title}
        {note && <small>{note}</small>}
      </h2>
      {children}
    </section>
  );
}

/** A share as a bar with its number; the bar says nothing the number does not. */
export function Share({ part, of }: { readonly part: number; readonly of: number }) {
  const share = of === 0 ? 0 : part / of;
  return (
    <span class="share">
      <span class="share-bar" aria-hidden="true">
        <span style={{ width: `${100 * share}%` }} />
      </span>
      {of === 0 ? "none" : `${share === 1 ? 100 : Math.min(99.9, 100 * share).toFixed(share > 0.99 ? 1 : 0)} %`}
    </span>
  );
}

export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

export const number = new Intl.NumberFormat("en").format;
