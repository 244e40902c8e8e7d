/**
 * What is looked at, as it stands in the URL's fragment: a reload or a sent link shows the same. Cells and kernels are
 * named by their meaning, so that a link outlives a report that is rendered anew with other rows.
 */
export const VIEWS = ["overview", "matrix", "cell", "compare", "checks", "claims", "findings", "run"] as const;
export type View = (typeof VIEWS)[number];

/** `same`: kernels that look the same share a matrix. `kernel`: each its own, side by side. `difference`: one for all. */
export const LAYOUTS = ["same", "kernel", "difference"] as const;
export type Layout = (typeof LAYOUTS)[number];

export interface State {
  readonly view: View;
  readonly query: string;
  readonly layout: Layout;
  /** Name of a question: a cell's id without its kernel. */
  readonly cell: string;
  /** Name of a column. */
  readonly on: string;
}

export const START: State = { view: "overview", query: "", layout: "same", cell: "", on: "" };

export function stateOf(fragment: string): State {
  const [path = "", rest = ""] = fragment.replace(/^#\/?/, "").split("?", 2) as [string?, string?];
  const fields = new URLSearchParams(rest);
  const one = <T extends string>(of: readonly T[], value: string | null, other: T) =>
    of.find((is) => is === value) ?? other;
  return {
    view: one(VIEWS, path, START.view),
    layout: one(LAYOUTS, fields.get("by"), START.layout),
    query: fields.get("q") ?? "",
    cell: fields.get("cell") ?? "",
    on: fields.get("on") ?? "",
  };
}

/** Links to many cells from one view, in little time: the same as `fragmentOf` gives one by one. */
export function cellLinks({ query, layout }: State, on: string): (cell: string) => string {
  const [head = "", tail = ""] = fragmentOf({ view: "cell", query, layout, cell: MARK, on }).split(MARK);
  return (cell) => head + encoded(cell) + tail;
}
const MARK = "-cell-";

const known = new Map<string, string>();

function encoded(text: string): string {
  const own = known.get(text) ?? new URLSearchParams({ t: text }).toString().slice(2);
  known.set(text, own);
  return own;
}

export function fragmentOf(state: Partial<State>): string {
  const { view, layout, query, cell, on } = { ...START, ...state };
  const fields = new URLSearchParams();
  if (query !== "") fields.set("q", query);
  if (layout !== START.layout) fields.set("by", layout);
  if (cell !== "") fields.set("cell", cell);
  if (on !== "") fields.set("on", on);
  const rest = fields.toString();
  return `#/${view}${rest === "" ? "" : `?${rest}`}`;
}
