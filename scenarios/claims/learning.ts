/** What is claimed about which addresses a macvlan takes frames for. */
import type { Claim } from "../../lab/model/claim.ts";
import { frames, SHARING, siblings } from "./select.ts";

export const LEARNING_CLAIMS: readonly Claim[] = [
  {
    id: "M17",
    text: "A macvlan needs no learning because it knows every address it can receive. (Foreign source addresses behind an endpoint; unknown destinations.)",
    parts: [
      {
        says: "a frame for an address nobody has reaches no endpoint",
        cells: [
          frames(siblings(SHARING, SHARING), ["unknown-unicast"]),
          frames({ placements: ["two-lowers", "external-to-endpoint", "lower-host-to-endpoint"] }, ["unknown-unicast"]),
        ],
        seen: { reached: false },
      },
    ],
  },
];
