/**
 * Made-up conversations of two kernels: every outcome, talks that fare alike and talks that do not, static neighbours, a
 * router, one that changes with the kernel, one that is not as expected, one that could not be told.
 */
import { type Conversation, cellName } from "../../lab/model/cell.ts";
import type { CellResult, Results } from "../../lab/model/results.ts";
import type { Outcome, Party, Talk } from "../../lab/model/vocabulary.ts";
import { makeResults, NEW, OLD, sampleCell, sampleKernel } from "./sample.ts";

const PARTIES: readonly Party[] = (["macvlan", "macvtap"] as const).flatMap((kind) =>
  (["private", "bridge"] as const).map((mode) => ({ kind, mode })),
);

type How = Pick<Conversation, "traffic" | "neighbours" | "route">;

const HOWS: readonly How[] = [
  ...(["arp", "icmp", "udp", "tcp", "igmp"] satisfies Talk[]).map((traffic) => ({ traffic })),
  ...(["icmp", "udp"] satisfies Talk[]).map((traffic) => ({ traffic, neighbours: "static" }) as const),
  { traffic: "icmp", route: "router" },
];

const CONVERSATIONS: readonly Conversation[] = HOWS.flatMap((how) =>
  [false, true].flatMap((reflectiveRelay) =>
    PARTIES.flatMap((source) =>
      PARTIES.map(
        (destination): Conversation => ({ placement: "same-lower", reflectiveRelay, ...how, source, destination }),
      ),
    ),
  ),
);

function outcomeOf(
  kernel: string,
  { traffic, neighbours, route, reflectiveRelay, source, destination }: Conversation,
): Outcome {
  if (route) return "answered";
  const isDirect = source.mode === "bridge" && destination.mode === "bridge";
  const isHeard = isDirect || (neighbours === "static" && reflectiveRelay);
  if (traffic === "igmp") return isHeard ? "heard" : "unheard";
  if (isHeard) return kernel === NEW && neighbours && !isDirect ? "heard" : "answered";
  return neighbours || traffic === "arp" ? "unheard" : "unresolved";
}

/** By kernel and name. */
const EXCEPTIONS = new Map<string, Partial<CellResult>>([
  [
    `${OLD} same-lower relay-off tcp macvlan/bridge>macvtap/bridge`,
    {
      verdict: "mismatch",
      observed: { outcome: "heard", tries: ["heard", "heard"] },
      reason: "expected answered, observed heard",
    },
  ],
  [
    `${NEW} same-lower relay-on udp macvlan/bridge>macvlan/bridge`,
    {
      verdict: "inconclusive",
      observed: { outcome: "answered", tries: ["unheard", "answered"] },
      reason: "its tries ended differently: unheard, answered",
    },
  ],
]);

function cellsOf(kernel: string): CellResult[] {
  return CONVERSATIONS.map((cell) => {
    const outcome = outcomeOf(kernel, cell);
    const parts = EXCEPTIONS.get(`${kernel} ${cellName(cell)}`);
    return sampleCell(kernel, cell, { outcome, tries: [outcome] }, { scenario: "conversations", ...parts });
  });
}

export const TALKS: Results = makeResults({
  kernels: [sampleKernel(OLD, "6.12.48"), sampleKernel(NEW, "7.2.6")],
  cells: [OLD, NEW].flatMap(cellsOf),
});
