/** The matrices of one block; drawn when they come near what is seen, and all of them for printing. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Block } from "./blocks.ts";
import { Grid } from "./grid.tsx";
import type { Report, Selection } from "./report.ts";
import type { State } from "./state.ts";

interface Props {
  readonly report: Report;
  readonly block: Block;
  readonly selection: Selection;
  readonly state: State;
}

export function MatrixBlock(props: Props) {
  const { block, report, state, selection } = props;
  const place = useRef<HTMLDivElement>(null);
  const isNear = useNear(place);
  const groups = groupsOf(props);
  return (
    <div class="block" ref={place}>
      <h3>{block.title}</h3>
      {isNear ? (
        <div class="grids">
          {groups.map((columns) => (
            <Grid
              key={columns.join()}
              report={report}
              block={block}
              columns={columns}
              among={selection.columns}
              state={state}
              caption={captionOf(report, columns, selection, state)}
            />
          ))}
        </div>
      ) : (
        <div style={{ height: `${(block.rows.length + 3) * ROW}px`, width: `${block.heads.length * 26 + 140}px` }} />
      )}
    </div>
  );
}
const ROW = 23;

function groupsOf({ block, state, selection }: Props): readonly (readonly number[])[] {
  if (state.layout === "kernel") return selection.columns.map((column) => [column]);
  return state.layout === "difference" ? [selection.columns] : block.groups;
}

function captionOf(report: Report, columns: readonly number[], { columns: all }: Selection, { layout }: State): string {
  if (report.columns.length === 1) return "";
  if (layout === "difference") return "every kernel; where they differ, oldest to newest";
  if (columns.length === all.length && columns.length > 1) return `all ${all.length} kernels`;
  const names = columns.map((column) => report.columns[column]?.name ?? "");
  return names.length > LISTED ? `${names[0]} … ${names.at(-1)} (${names.length} kernels)` : names.join(", ");
}
const LISTED = 4;

function useNear(place: { readonly current: Element | null }): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (isNear || !place.current) return;
    const show = () => setNear(true);
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && show(), { rootMargin: "400px" });
    observer.observe(place.current);
    addEventListener("beforeprint", show);
    return () => {
      observer.disconnect();
      removeEventListener("beforeprint", show);
    };
  }, [isNear]);
  return isNear;
}
