/** The claims ledger: what is said about macvlan and macvtap, and what these results say of it. */
import { useEffect } from "preact/hooks";
import type { ClaimRow } from "../html-types.ts";
import { fragmentOf } from "./state.ts";
import type { ViewProps } from "./view-props.ts";

export function ClaimsView({ report, state }: ViewProps) {
  const { claims } = report.index;
  useEffect(() => document.getElementById(`claim-${state.on}`)?.scrollIntoView(), [state.on]);
  const isAsked = ({ verdict }: ClaimRow) => !/^not (asked|in this run)/.test(verdict);
  const asked = claims.filter(isAsked);
  const others = claims.filter((claim) => !isAsked(claim));
  return (
    <>
      <h1>What is said, and what is true</h1>
      <p class="lead">Verdicts are put together from what was observed; none is written by hand.</p>
      <div class="claims">
        {asked.map((claim) => (
          <Claim claim={claim} />
        ))}
      </div>
      {others.length > 0 && (
        <section>
          <h2>Not asked by this run</h2>
          <ul class="others">
            {others.map(({ id, text }) => (
              <li id={`claim-${id}`}>
                <b>{id}</b> {text}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Claim({ claim }: { readonly claim: ClaimRow }) {
  const { id, text, open, ranges, unasked } = claim;
  return (
    <section class="claim-entry" id={`claim-${id}`}>
      <h2>
        <span class="claim">{id}</span> {text} {open && <small>left open by the notes</small>}
      </h2>
      <dl>
        {ranges.map(({ name, sentence, changed }) => (
          <div>
            <dt>{name}</dt>
            <dd>
              {sentence}
              {changed && <span class="quiet"> Changed {changed}.</span>}
            </dd>
          </div>
        ))}
      </dl>
      {unasked.length > 0 && <p class="quiet">Not asked of {unasked.join(", ")}.</p>}
      <p class="change-links">
        <a href={fragmentOf({ view: "matrix", query: `claim:${id}` })}>cells that bear on it</a>
      </p>
    </section>
  );
}
