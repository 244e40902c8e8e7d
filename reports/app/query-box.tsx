/** The query box, with buttons for the tokens people use most. */
import { useEffect, useRef } from "preact/hooks";
import { replace } from "./navigation.ts";
import { CATEGORIES, has, toggled } from "./query.ts";
import type { Report } from "./report.ts";
import type { State } from "./state.ts";

export function QueryBox({ report, state }: { readonly report: Report; readonly state: State }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => focusOnSlash(() => input.current), []);
  const set = (query: string) => replace({ ...state, query });
  return (
    <search>
      <label class="query">
        <span class="visually-hidden">Query</span>
        <input
          ref={input}
          type="search"
          value={state.query}
          placeholder="mode:vepa relay:on broadcast"
          spellcheck={false}
          autocomplete="off"
          aria-describedby="query-help"
          onInput={(event) => set(event.currentTarget.value)}
        />
        <kbd>/</kbd>
      </label>
      <div class="tokens">
        {tokensOf(report).map((token) => (
          <button type="button" aria-pressed={has(state.query, token)} onClick={() => set(toggled(state.query, token))}>
            {token}
          </button>
        ))}
      </div>
      <details class="query-help" id="query-help">
        <summary>how to ask</summary>
        <p>Words of one category are alternatives, categories must all hold, anything else is text of a cell's name.</p>
        <dl>
          {Object.entries(CATEGORIES).map(([name, meaning]) => (
            <div>
              <dt>{name}:</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </details>
    </search>
  );
}

function tokensOf({ index, columns }: Report): string[] {
  const looks = index.looks;
  return [
    ...(columns.length > 1 ? ["is:different"] : []),
    ...(looks.some(({ verdict }) => verdict === "mismatch") ? ["verdict:mismatch"] : []),
    ...(looks.some(({ verdict }) => verdict === "inconclusive") ? ["verdict:inconclusive"] : []),
    ...["relay:off", "relay:on", "mode:private", "mode:vepa", "mode:bridge", "mode:passthru", "mode:source"],
    ...[...new Set(index.questions.map(({ traffic }) => `traffic:${traffic}`))].slice(0, TRAFFIC),
  ];
}
const TRAFFIC = 6;

/** As on many a page: `/` goes to the box. */
function focusOnSlash(input: () => HTMLInputElement | null): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    input()?.focus();
  };
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}
