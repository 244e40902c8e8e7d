/** Cells and predictions in the shorthand the tables of the tests are typed in. */
import { type Cell, type Conversation, cellsOf, conversationsOf } from "../../lab/model/cell.ts";
import type { KernelVersion } from "../../lab/model/kernel-version.ts";
import { LAYER2_TRAFFIC, MODES, type Party, PLACEMENTS, TALKS, type Talk } from "../../lab/model/vocabulary.ts";
import { type Prediction, predictCell } from "../../lab/oracle/predict-cell.ts";

export const GENERATIONS: readonly KernelVersion[] = [
  [5, 10, 262],
  [6, 1, 192],
  [6, 12, 117],
  [7, 2, 12],
  [7, 3, 4],
];
export const OLD = GENERATIONS.slice(0, 3);
export const NEW = GENERATIONS.slice(3);

const PARTIES: Readonly<Record<string, Omit<Party, "kind">>> = {
  P: { mode: "private" },
  V: { mode: "vepa" },
  B: { mode: "bridge" },
  T: { mode: "passthru" },
  S: { mode: "source" },
  "S+": { mode: "source", sourceList: "sender" },
  "S-": { mode: "source", sourceList: "other" },
};

/** `P` ... `S-`, a macvlan unless said otherwise; `lower` and `external` are the hosts. */
export function party(short: string, kind: "macvlan" | "macvtap" = "macvlan"): Party {
  if (short === "lower" || short === "external") return { kind: `${short}-host` };
  const found = PARTIES[short];
  if (!found) throw new RangeError(`"${short}" is no party`);
  return { kind, ...found };
}

/** `.` for nothing, a copy by the first letter of its packet type, `2b` for two: `EINVAL` for a refusal. */
export function shorthand(prediction: Prediction): string {
  if ("error" in prediction) return prediction.error;
  const { copies, as } = prediction;
  if (copies === 0) return as.length === 0 ? "." : `0${as}`;
  return `${copies === 1 ? "" : copies}${as.map((type) => type[0]).join("")}`;
}

type Question = Pick<Cell, "placement" | "traffic" | "reflectiveRelay">;

/** One row of a table per sender, one word per receiver. */
export function tableOf(question: Question, rows: string, columns: string, kernel: KernelVersion): string[] {
  return rows.split(" ").map((row) => {
    const cells = columns.split(" ").map((column) => {
      const cell = { ...question, source: party(row), destination: party(column) };
      return shorthand(predictCell(cell, kernel));
    });
    return [row, ...cells].join(" ");
  });
}

/** Every cell there is. */
export const ALL_CELLS: readonly Cell[] = cellsOf({
  placements: PLACEMENTS,
  reflectiveRelay: [false, true],
  traffic: LAYER2_TRAFFIC,
  modes: MODES,
});

const CROSSING: readonly Talk[] = ["icmp", "udp", "tcp", "icmpv6"];

/** Every talk there is in every placement, and those that get beyond asking for addresses told and routed as well. */
export const ALL_CONVERSATIONS: readonly Conversation[] = conversationsOf({
  placements: PLACEMENTS,
  reflectiveRelay: [false, true],
  talks: [
    ...TALKS.map((traffic) => ({ traffic })),
    ...CROSSING.map((traffic) => ({ traffic, neighbours: "static" as const })),
    ...CROSSING.map((traffic) => ({ traffic, route: "router" as const })),
  ],
  modes: MODES,
});
