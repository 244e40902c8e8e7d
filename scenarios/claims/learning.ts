/** What is claimed about which addresses a macvlan takes frames for. */
import type { Claim } from "../../lab/model/claim.ts";
import { frames, SHARING, siblings } from "./select.ts";

const UNKNOWN = ["unknown-unicast"] as const;

export const LEARNING_CLAIMS: readonly Claim[] = [
  {
    id: "M17",
    text: "A macvlan needs no learning because it knows every address it can receive. (Foreign source addresses behind an endpoint; unknown destinations.)",
    parts: [
      {
        says: "a frame for an address nobody has reaches no endpoint",
        cells: [
          frames(siblings(SHARING, SHARING), UNKNOWN),
          frames({ placements: ["two-lowers", "external-to-endpoint", "lower-host-to-endpoint"] }, UNKNOWN),
        ],
        seen: { reached: false },
      },
      {
        says: "a frame for an address behind an endpoint, not its own, does not get to it",
        checks: ["ledger foreign-address-*"],
        shows: [{ frame: "external>foreign", count: "first=0" }],
      },
      {
        says: "a frame from such an address leaves all the same",
        checks: ["ledger foreign-address-*"],
        shows: [{ frame: "first as foreign>external", count: "external=1" }],
      },
      {
        asks: "who gets an endpoint's broadcast that comes back, from its own and from a foreign address",
        checks: ["ledger foreign-broadcast-*"],
      },
      {
        asks: "how often the lower device is told to take every frame",
        checks: [
          "ledger promiscuity-alone",
          "ledger promiscuity-down",
          "ledger promiscuity-up",
          "ledger promiscuity-two",
          "ledger promiscuity-told*",
        ],
      },
    ],
  },
];
