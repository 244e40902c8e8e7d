/** How reports order and name the parties of a cell: endpoints by mode, then the hosts. */
import { partyName } from "../lab/model/cell.ts";
import type { CellResult } from "../lab/model/results.ts";
import type { Party } from "../lab/model/vocabulary.ts";
import { ENDPOINT_KINDS, ENGINE_KINDS, HOST_KINDS, MODES } from "../lab/model/vocabulary.ts";

export type ResultParty = CellResult["source"];

const KINDS: readonly string[] = [...ENDPOINT_KINDS, ...ENGINE_KINDS, ...HOST_KINDS];
const LISTS: readonly (string | undefined)[] = [undefined, "sender", "other"];

/** Short enough for the head of a matrix column; `COLUMN_KEY` explains what is not obvious. */
const COLUMNS: Readonly<Record<string, string>> = {
  private: "priv",
  vepa: "vepa",
  bridge: "brdg",
  passthru: "pass",
  source: "src",
  "source+sender": "src+",
  "source+other": "src-",
  "lower-host": "low",
  "external-host": "ext",
};

const HOSTS: Readonly<Record<string, string>> = { "lower-host": "lower host", "external-host": "external" };

/** The party's identity, `macvlan/source+sender`: one name for one meaning. */
export function partyKey(party: ResultParty): string {
  return partyName(party as Party);
}

/** What is left of a party when its kind is folded away: `bridge`, `source+sender`, `lower-host`. */
export function modeKey(party: ResultParty): string {
  const key = partyKey(party);
  return key.slice(key.indexOf("/") + 1);
}

/** Negative when `a` comes first: by mode, then source list, then macvlan before macvtap; hosts last. */
export function compareParties(a: ResultParty, b: ResultParty): number {
  return modeRank(a) - modeRank(b) || listRank(a) - listRank(b) || kindRank(a) - kindRank(b);
}

const kindRank = (party: ResultParty) => KINDS.indexOf(party.kind);
const listRank = (party: ResultParty) => LISTS.indexOf(party.sourceList);
const modeRank = (party: ResultParty) => (party.mode === undefined ? MODES.length : MODES.indexOf(party.mode));

export function isHost(party: ResultParty): boolean {
  return party.kind === "lower-host" || party.kind === "external-host";
}

/** The head of a row: `bridge`, `lower host`; `macvtap bridge` when the kind matters. */
export function rowName(party: ResultParty, bothKinds: boolean): string {
  const name = HOSTS[party.kind] ?? modeKey(party);
  return bothKinds || isHost(party) ? name : `${party.kind} ${name}`;
}

/** The head of a column, four characters: `brdg`, `src+`. */
export function columnName(party: ResultParty): string {
  const key = modeKey(party);
  return COLUMNS[key] ?? key;
}

/** In running text: `bridge`, `macvtap bridge`, `source (sender listed)`, `lower host`. */
export function partyText(mode: string, kind: string | undefined): string {
  const name = mode.replace("source+sender", "source (sender listed)").replace("source+other", "source (other listed)");
  return HOSTS[mode]?.replace("external", "external host") ?? (kind === undefined ? name : `${kind} ${name}`);
}

/** The columns that need a word, in order: head and meaning. Only those named in `heads`. */
export function columnKey(heads: ReadonlySet<string>): [head: string, meaning: string][] {
  const key: [string, string][] = [
    ["priv", "private"],
    ["brdg", "bridge"],
    ["pass", "passthru"],
    ["src+", "source mode, the sender's address on its list"],
    ["src-", "source mode, only another address on its list"],
    ["low", "the lower device's own host"],
    ["ext", "a host on another port of the external switch"],
  ];
  return key.filter(([head]) => heads.has(head));
}
