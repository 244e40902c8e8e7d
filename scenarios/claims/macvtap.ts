/** What is claimed about macvtap. */
import type { Claim } from "../../lab/model/claim.ts";
import { LAYER2_TRAFFIC, TALKS } from "../../lab/model/vocabulary.ts";
import { frames, SHARING, siblings, talks, withLowerHost } from "./select.ts";

const TAP = { kinds: ["macvtap"] } as const;
const hostsMacvlan = (relay: boolean) => [
  siblings(["bridge"], ["bridge"], { relay, from: TAP, to: { kinds: ["macvlan"] } }),
  siblings(["bridge"], ["bridge"], { relay, from: { kinds: ["macvlan"] }, to: TAP }),
];

export const MACVTAP_CLAIMS: readonly Claim[] = [
  {
    id: "T1",
    text: "macvtap knows the same modes with the same reachability as macvlan, for every pairing of the two kinds.",
    parts: [
      {
        says: "frames fare alike whatever the kinds of the two ends are",
        cells: [{ traffic: LAYER2_TRAFFIC }],
        alike: "kinds",
      },
      {
        says: "conversations fare alike whatever the kinds of the two ends are",
        cells: [{ traffic: TALKS }],
        alike: "kinds",
      },
      {
        says: "a macvtap whose character device nobody reads can still ping a host behind the switch",
        checks: ["basics ping-macvtap-external"],
        seen: "reached",
      },
    ],
  },
  {
    id: "T9",
    text: "A guest on a macvtap cannot talk to its host's lower device; a macvlan on the host makes it possible.",
    parts: [
      {
        says: "without reflective relay no frame passes between a macvtap and its lower device's host, either way",
        cells: withLowerHost(TAP, { relay: false }).map((where) => frames(where)),
        seen: { reached: false },
      },
      {
        says: "with reflective relay no frame passes between a macvtap and its lower device's host, either way",
        cells: withLowerHost({ ...TAP, modes: SHARING }, { relay: true }).map((where) => frames(where)),
        seen: { reached: false },
      },
      {
        says: "frames pass between a bridge macvtap and a bridge macvlan of the host, each way, without reflective relay",
        cells: hostsMacvlan(false).map((where) => frames(where)),
        seen: { reached: true },
      },
      {
        says: "pings, UDP and TCP between the two are answered, without reflective relay",
        cells: hostsMacvlan(false).map((where) => talks(where)),
        seen: { reached: true },
      },
      {
        says: "a guest whose network card is a macvtap fares like the macvtap",
        lacks: "a guest on a macvtap, which no scenario has yet",
      },
    ],
  },
];
