/** What is claimed about passthru. */
import type { Claim } from "../../lab/model/claim.ts";
import { MODES } from "../../lab/model/vocabulary.ts";
import { frames, SHARING, talks } from "./select.ts";

const PASSTHRU = { modes: ["passthru"] } as const;
const beside = (id: (mode: string) => string, modes: readonly string[] = SHARING): string[] =>
  modes.map((mode) => `basics ${id(mode)}`);
const twoLowers = { placements: ["two-lowers"] } as const;
const eachWay = [
  { ...twoLowers, from: PASSTHRU },
  { ...twoLowers, to: PASSTHRU },
] as const;

export const PASSTHRU_CLAIMS: readonly Claim[] = [
  {
    id: "M14",
    text: "Passthru allows one device per lower device; it takes the lower device's address. (Beside existing ones? A second one? Changing to it later? Which error?)",
    parts: [
      { says: "one passthru endpoint alone is allowed", checks: ["basics passthru-alone"], seen: "none" },
      {
        says: "any other beside it, a second passthru one too, is refused with EINVAL",
        checks: beside((mode) => `passthru-then-${mode}`, MODES),
        seen: "EINVAL",
      },
      {
        says: "a passthru endpoint beside an existing one is refused with EINVAL",
        checks: beside((mode) => `${mode}-then-passthru`),
        seen: "EINVAL",
      },
      {
        says: "passthru beside another endpoint is refused with EINVAL for every pairing of macvlan and macvtap",
        cells: [
          frames({ placements: ["same-lower"], from: PASSTHRU }),
          frames({ placements: ["same-lower"], to: PASSTHRU }),
        ],
        seen: { error: "EINVAL" },
      },
      {
        says: "changing an endpoint to passthru later is refused with EINVAL, even one that is alone",
        checks: beside((mode) => `${mode}-into-passthru`),
        seen: "EINVAL",
      },
      {
        says: "changing a passthru endpoint to another mode is refused with EINVAL",
        checks: beside((mode) => `passthru-into-${mode}`),
        seen: "EINVAL",
      },
      {
        says: "a passthru endpoint takes the lower device's address, even if made with another",
        checks: ["basics address-passthru", "basics address-passthru-given"],
        seen: "lower",
      },
      {
        asks: "who gives whom an address later",
        checks: ["ledger passthru-address-*", "ledger passthru-follows-*", "ledger passthru-lower-*"],
      },
      {
        asks: "what is refused beside it, on it and after it",
        checks: [
          "basics passthru-into-passthru",
          "ledger passthru-room-again",
          "ledger passthru-after-others",
          "ledger passthru-on-passthru",
          "ledger passthru-macvtap-beside",
          "ledger passthru-change-live",
        ],
      },
    ],
  },
  {
    id: "M15",
    text: "Two passthru endpoints, or passthru and any mode, on two lower devices of one switch can talk.",
    parts: [
      {
        says: "frames from and to a passthru endpoint reach an endpoint of any mode on another lower device",
        cells: eachWay.map((where) => frames(where)),
        seen: { reached: true },
      },
      {
        says: "pings, UDP and TCP between a passthru endpoint and one of any mode on another lower device are answered",
        cells: eachWay.map((where) => talks(where)),
        seen: { reached: true },
      },
    ],
  },
];
