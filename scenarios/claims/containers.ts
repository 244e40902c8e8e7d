/** What is claimed about containers on an engine's macvlan networks. */
import type { Claim } from "../../lab/model/claim.ts";
import type { Mode } from "../../lab/model/vocabulary.ts";
import { inEngine, siblings, talks, withLowerHost } from "./select.ts";

const MODES: readonly Mode[] = ["private", "vepa", "bridge", "passthru"];
const RELAYS = [false, true] as const;

const pair = (mode: Mode, relay?: boolean) =>
  inEngine(talks(siblings([mode], [mode], relay === undefined ? {} : { relay })));

export const CONTAINER_CLAIMS: readonly Claim[] = [
  {
    id: "C1",
    text: "Container engines' macvlan networks give the reachability of the mode they are made with; the container cannot reach its host.",
    parts: [
      {
        says: "containers of one bridge network talk to each other, whatever the relay",
        cells: RELAYS.map((relay) => pair("bridge", relay)),
        seen: { reached: true },
      },
      {
        says: "containers of one vepa network cannot without reflective relay",
        cells: [pair("vepa", false)],
        seen: { reached: false },
      },
      {
        says: "containers of one vepa network can with it",
        cells: [pair("vepa", true)],
        seen: { reached: true },
      },
      {
        says: "containers of one private network cannot, whatever the relay",
        cells: RELAYS.map((relay) => pair("private", relay)),
        seen: { reached: false },
      },
      {
        says: "containers of networks on two lower devices talk to each other, whatever their modes",
        cells: [inEngine(talks({ placements: ["two-lowers"] }))],
        seen: { reached: true },
      },
      {
        says: "a container and the external host talk to each other, in every mode",
        cells: [inEngine(talks({ placements: ["endpoint-to-external", "external-to-endpoint"] }))],
        seen: { reached: true },
      },
      {
        says: "a container and its host do not, in any mode, whoever begins",
        cells: withLowerHost({ modes: MODES }).map((where) => inEngine(talks(where))),
        seen: { reached: false },
      },
    ],
  },
];
