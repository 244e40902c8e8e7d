/** A station's wireless interface as the lower device: what leaves it, what the access point does with it, what comes in. */
import type { Scenario } from "../lab/model/scenario.ts";
import { ENDPOINT_KINDS, MODES } from "../lab/model/vocabulary.ts";
import type { WirelessParty, WirelessSpec } from "../lab/model/wireless.ts";

const endpoints = ENDPOINT_KINDS.flatMap((kind) => MODES.map((mode) => ({ kind, mode })));
const parties: readonly WirelessParty[] = ["station", ...endpoints];

const nameOf = (party: WirelessParty) => (party === "station" ? "station" : `${party.kind}-${party.mode}`);
const phraseOf = (party: WirelessParty) =>
  party === "station" ? "the station itself" : `a ${party.mode} ${party.kind} on it`;

const forms = [
  { fourAddress: false, tag: "3addr", phrase: "an ordinary station" },
  { fourAddress: true, tag: "4addr", phrase: "a 4-address station" },
];

const frames = forms.flatMap(({ fourAddress, tag, phrase }) =>
  parties.flatMap((party) =>
    (["out", "in"] as const).flatMap((direction) =>
      (["unicast", "broadcast"] as const).map((to): WirelessSpec => {
        const way = direction === "out" ? "to its access point from" : "from its access point to";
        return {
          id: `${tag}-${direction}-${to}-${nameOf(party)}`,
          claim: "T10",
          text: `${phrase}: a ${to} ${way} ${phraseOf(party)}`,
          fourAddress,
          ask: { what: "frame", party, direction, to },
        };
      }),
    ),
  ),
);

/** A macvtap's stack is the guest's behind its character device, which is read here. */
const stacks: readonly WirelessParty[] = parties.filter((party) => party === "station" || party.kind === "macvlan");

const pings = forms.flatMap(({ fourAddress, tag, phrase }) =>
  stacks.map(
    (party): WirelessSpec => ({
      id: `${tag}-ping-${nameOf(party)}`,
      claim: "T10",
      text: `${phrase}: a ping to its access point from ${phraseOf(party)}`,
      fourAddress,
      ask: { what: "ping", party },
    }),
  ),
);

const ports = forms.map(
  ({ fourAddress, tag, phrase }): WirelessSpec => ({
    id: `${tag}-bridge-port`,
    text: `${phrase}: its interface as a port of a Linux bridge`,
    fourAddress,
    ask: { what: "bridge-port" },
  }),
);

export const wireless: Scenario = {
  name: "wireless",
  title: "A station's wireless interface as the lower device: why it fails, and what 4-address mode changes",
  claims: ["T10"],
  slow: true,
  privileged: false,
  wireless: [...frames, ...pings, ...ports],
};
