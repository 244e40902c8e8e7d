/** What is claimed about a wireless lower device. */
import type { Claim } from "../../lab/model/claim.ts";
import { MODES } from "../../lab/model/vocabulary.ts";

const ways = (form: "3addr" | "4addr", way: "out" | "in") => [`wireless ${form}-${way}-*-macv*`];
const pings = (form: "3addr" | "4addr") => MODES.map((mode) => `wireless ${form}-ping-macvlan-${mode}`);
const slow = true;

export const WIRELESS_CLAIMS: readonly Claim[] = [
  {
    id: "T10",
    text: "With a wireless lower device nothing comes in and nothing gets out; perhaps only with some cards. Said cause: the frame's address is not the station's.",
    parts: [
      {
        says: "no frame of an endpoint on an ordinary station is delivered by the access point",
        checks: ways("3addr", "out"),
        shows: [{ count: "delivered=0" }],
        slow,
      },
      {
        says: "such a frame is in the air with the endpoint's address as its sender's, not the station's",
        checks: ways("3addr", "out"),
        shows: [{ count: "air=endpoint/3-address" }],
        slow,
      },
      {
        says: "no frame from the access point gets to an endpoint on an ordinary station",
        checks: ways("3addr", "in"),
        shows: [{ count: "delivered=0" }],
        slow,
      },
      {
        says: "no ping of an endpoint on an ordinary station is answered",
        checks: pings("3addr"),
        seen: "not reached",
        slow,
      },
      {
        says: "in 4-address mode no ping of an endpoint is answered either",
        checks: pings("4addr"),
        seen: "not reached",
        slow,
      },
      { asks: "whether the station itself can be a bridge's port", checks: ["wireless *-bridge-port"], slow },
      { says: "it is so with real cards", lacks: "a wireless card; the lab's is one the kernel simulates" },
    ],
  },
];
