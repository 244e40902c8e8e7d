/** What is claimed about an endpoint and its own host. */
import type { Claim } from "../../lab/model/claim.ts";
import { frames, SHARING, talks, withLowerHost } from "./select.ts";

export const HOST_CLAIMS: readonly Claim[] = [
  {
    id: "H1",
    text: "Whatever the mode, an endpoint cannot talk to its lower device's own host, nor the other way round.",
    parts: [
      {
        says: "without reflective relay no frame passes between an endpoint and its lower device's host, either way",
        cells: withLowerHost({}, { relay: false }).map((where) => frames(where)),
        seen: { reached: false },
      },
      {
        says: "with reflective relay no frame passes between an endpoint and its lower device's host, either way",
        cells: withLowerHost({}, { relay: true }).map((where) => frames(where)),
        seen: { reached: false },
      },
      {
        says: "without reflective relay no ping, UDP or TCP between them is answered, whoever begins",
        cells: withLowerHost({}, { relay: false }).map((where) => talks(where)),
        seen: { reached: false },
      },
      {
        says: "with reflective relay no ping, UDP or TCP between them is answered, whoever begins",
        cells: withLowerHost({}, { relay: true }).map((where) => talks(where)),
        seen: { reached: false },
      },
      {
        asks: "which conversations with the lower device's host are answered",
        cells: withLowerHost({}).map((where) => talks(where)),
      },
    ],
  },
  {
    id: "H5",
    text: "The address is generated unless given; a given one is used; one equal to a sibling's or the lower device's is refused. (When, and with which error?)",
    parts: [
      {
        says: "made without an address, an endpoint has a generated one",
        checks: SHARING.map((mode) => `basics address-generated-${mode}`),
        seen: "generated",
      },
      {
        says: "made with an address, an endpoint has that one",
        checks: ["basics address-given-macvlan", "basics address-given-macvtap"],
        seen: "given",
      },
      {
        says: "one with its lower device's or a sibling's address may be made",
        checks: ["basics duplicate-of-lower-add", "basics duplicate-of-sibling-add"],
        seen: "none",
      },
      {
        says: "bringing such an endpoint up is refused with EADDRINUSE",
        checks: ["basics duplicate-of-lower-up", "basics duplicate-of-sibling-up"],
        seen: "EADDRINUSE",
      },
      {
        says: "bringing it up is allowed while the sibling with its address is down",
        checks: ["basics duplicate-of-down-sibling-up"],
        seen: "none",
      },
    ],
  },
];
