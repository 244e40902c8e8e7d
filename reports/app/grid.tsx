/** One matrix. Arrow keys walk it, Enter opens a cell; every cell is a link. */
import { useRef } from "preact/hooks";
import { endText } from "../cell-sentence.ts";
import { behaviour, isConclusive } from "../glyph.ts";
import { partyKey, type ResultParty } from "../party.ts";
import type { Block } from "./blocks.ts";
import { glyphText, lookText, statusOf } from "./parts.tsx";
import type { Report } from "./report.ts";
import { cellLinks, type State } from "./state.ts";

interface Props {
  readonly report: Report;
  readonly block: Block;
  /** The columns it speaks for; in a difference, all that are compared. */
  readonly columns: readonly number[];
  /** All columns that are shown. */
  readonly among: readonly number[];
  readonly state: State;
  readonly caption: string;
}

export function Grid(props: Props) {
  const { block, caption, report, columns, state } = props;
  const linkTo = cellLinks(state, report.columns[columns[0] ?? 0]?.name ?? "");
  const senders = block.rows.map(endText);
  const receivers = block.heads.map(endText);
  const first = block.places.flat().find((place) => place >= 0);
  const table = useRef<HTMLTableElement>(null);
  return (
    <div class="scroll">
      <table class="grid" ref={table} onKeyDown={(event) => walk(event, table.current)}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <td />
            {block.heads.map((party) => (
              <th scope="col" class={party.kind}>
                <span>{headText(party)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((party, row) => (
            <tr>
              <th scope="row" class={party.kind}>
                {headText(party)}
              </th>
              {block.places[row]?.map((place, column) =>
                place < 0 ? (
                  <td />
                ) : (
                  <Place
                    {...props}
                    place={place}
                    linkTo={linkTo}
                    ends={`${senders[row]} to ${receivers[column]}`}
                    isFirst={place === first}
                  />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface PlaceProps extends Props {
  readonly place: number;
  readonly linkTo: (cell: string) => string;
  readonly ends: string;
  /** Where the focus enters the matrix. */
  readonly isFirst: boolean;
}

function Place({ report, columns, among, state, place, linkTo, ends, isFirst }: PlaceProps) {
  const column = columns[0] ?? 0;
  const look = report.look(column, place);
  const isDifferent = among.length > 1 && report.differs(place, among);
  const isCompared = state.layout === "difference";
  const glyph = isCompared && isDifferent ? changeText(report, place, columns) : glyphText(look);
  const tone = `s-${statusOf(look)}${look?.verdict === "mismatch" ? " wrong" : ""}${isDifferent ? " differs" : ""}`;
  return (
    <td class={`${tone}${isCompared && !isDifferent ? " dim" : ""}`}>
      <a
        href={linkTo(report.index.names[place] ?? "")}
        tabIndex={isFirst ? 0 : -1}
        aria-label={`${ends}: ${isCompared && isDifferent ? `kernels differ: ${glyph}` : lookText(look)}`}
        title={`${ends}\n${lookText(look)}`}
      >
        {glyph}
      </a>
    </td>
  );
}

/** Glyphs in the order of kernels, one after another where they change. */
function changeText(report: Report, place: number, columns: readonly number[]): string {
  const told: string[] = [];
  for (const column of columns) {
    const look = report.look(column, place);
    if (!look || !isConclusive(look.code)) continue;
    if (told.length === 0 || told.at(-1) !== behaviour(glyphText(look))) told.push(behaviour(glyphText(look)));
  }
  return told.join("→");
}

const SHORT: Readonly<Record<string, string>> = { "lower-host": "lower host", "external-host": "external host" };

function headText(party: ResultParty): string {
  const key = partyKey(party);
  const mode = key
    .slice(key.indexOf("/") + 1)
    .replace("source+sender", "source+")
    .replace("source+other", "source−");
  return SHORT[key] ?? `${mode} ${party.kind === "macvtap" ? "tap" : "vlan"}`;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** The focus goes to the next cell that way, over places nobody asks about. */
function walk(event: KeyboardEvent, table: HTMLTableElement | null): void {
  const step = STEPS[event.key];
  const from = (event.target as Element).closest("td");
  if (!step || !from || !table) return;
  event.preventDefault();
  let [row, column] = [(from.parentElement as HTMLTableRowElement).rowIndex, from.cellIndex];
  for (;;) {
    row += step[0];
    column += step[1];
    const cell = table.rows[row]?.cells[column];
    if (!cell || row < 1 || column < 1) return;
    const link = cell.querySelector("a");
    if (!link) continue;
    for (const other of table.querySelectorAll<HTMLAnchorElement>('a[tabindex="0"]')) other.tabIndex = -1;
    link.tabIndex = 0;
    link.focus();
    return;
  }
}
