/** What virtual machines say by their cards: large, with checksums left open, tagged; and T9, to their host. */
import type { Payload, PayloadTalk } from "../../lab/model/payload-look.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { MODES, type Mode, type Talk } from "../../lab/model/vocabulary.ts";

type Way = Omit<PayloadTalk, "traffic">;

const card = (mode: Mode) => ({ kind: "macvtap", mode }) as const;
const elsewhere = (mode: Mode): Way => ({
  placement: "two-lowers",
  reflectiveRelay: true,
  source: card(mode),
  destination: card("bridge"),
});
const sibling = (mode: Mode): Way => ({
  placement: "same-lower",
  reflectiveRelay: true,
  source: card(mode),
  destination: card(mode),
});

const TRAFFIC = { large: "tcp", unsummed: "udp", tagged: "vlan" } as const;
const PHRASES: Readonly<Record<keyof typeof TRAFFIC, string>> = {
  large: "60,000 bytes by TCP, which its stack leaves to others to cut up",
  unsummed: "a datagram whose checksum its stack leaves to others",
  tagged: "4,000 bytes by TCP between VLAN devices on the cards",
};
const PAYLOADS = ["large", "unsummed", "tagged"] as const;

const payload = (kind: keyof typeof TRAFFIC, name: string, where: string, way: Way, vhost: boolean): CheckSpec => ({
  id: `payload-${kind}-${name}${vhost ? "-vhost" : ""}`,
  text: `a guest on a ${way.source.mode} macvtap sends ${where} ${PHRASES[kind]}${vhost ? ", moved by vhost" : ""}`,
  steps: [],
  look: {
    look: "payload",
    payload: kind,
    talk: { ...way, traffic: TRAFFIC[kind] },
    ...(vhost ? { vhost } : {}),
  },
});

const payloads = [false, true].flatMap((vhost) =>
  PAYLOADS.flatMap((kind) => [
    ...MODES.map((mode) =>
      payload(kind, `${mode}-elsewhere`, "a guest on a bridge macvtap of another lower device", elsewhere(mode), vhost),
    ),
    ...(["vepa", "bridge"] as const).map((mode) =>
      payload(kind, `${mode}-sibling`, "a sibling of its mode, with reflective relay", sibling(mode), vhost),
    ),
  ]),
);

/** Without reflective relay, as behind an ordinary switch. */
const toHost = (traffic: Talk, mode: Mode): CheckSpec => ({
  id: `card-${mode}-${traffic}-lower-host`,
  claim: "T9",
  text: `${traffic} from a guest on a ${mode} macvtap to its host's lower device`,
  steps: [],
  look: plain({
    placement: "endpoint-to-lower-host",
    reflectiveRelay: false,
    traffic,
    source: card(mode),
    destination: { kind: "lower-host" },
  }),
});

const toHostsMacvlan = (traffic: Talk): CheckSpec => ({
  id: `card-bridge-${traffic}-host-macvlan`,
  claim: "T9",
  text: `${traffic} from a guest on a bridge macvtap to a bridge macvlan its host has beside it`,
  steps: [],
  look: plain({
    placement: "same-lower",
    reflectiveRelay: false,
    traffic,
    source: card("bridge"),
    destination: { kind: "macvlan", mode: "bridge" },
  }),
});

function plain(talk: PayloadTalk): CheckSpec["look"] & { readonly payload: Payload } {
  return { look: "payload", payload: "plain", talk };
}

const SAID = ["icmp", "udp", "tcp"] as const;

export const PAYLOAD_CHECKS: readonly CheckSpec[] = [
  ...payloads,
  ...SAID.map((traffic) => toHost(traffic, "bridge")),
  ...SAID.map(toHostsMacvlan),
];
