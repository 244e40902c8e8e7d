/** T8, M13: what a guest makes of its card, on a plain VEPA macvtap and beside it on passthru. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { MODES, type Mode } from "../../lab/model/vocabulary.ts";
import { add, up } from "../basics/steps.ts";
import { endpoints, frame } from "../ledger/frames.ts";

const inside = "guest";
const card = (mode: Mode) => endpoints({ kind: "macvtap", mode });
const plain = (mode: Mode) => [add("first", { kind: "macvtap", mode, address: "given" }), ...up("first")];

const otherAddress = (mode: Mode): CheckSpec => ({
  id: `card-address-${mode}`,
  claim: "T8",
  text: `a guest on a ${mode} macvtap gives its card another address: what it sends, what is sent to it, to all, and to its old address`,
  steps: card(mode),
  look: {
    look: "frames",
    scene: { inside, address: "foreign" },
    send: [
      frame("first", "external", ["wire", "external"], { as: "foreign" }),
      frame("external", "foreign", ["first", "lower-host"]),
      frame("external", "everybody", ["first"]),
      frame("external", "first", ["first"]),
    ],
  },
});

const promiscuous = (mode: Mode): CheckSpec => ({
  id: `card-promiscuous-${mode}`,
  claim: "M13",
  text: `a guest on a ${mode} macvtap makes its card promiscuous: a frame for somebody else`,
  steps: plain(mode),
  look: {
    look: "frames",
    scene: { inside, promiscuous: ["first"] },
    send: [frame("external", "foreign", ["lower:in", "first", "lower-host"])],
  },
});

const bridged = (mode: Mode): CheckSpec => ({
  id: `card-bridge-${mode}`,
  claim: "M13",
  text: `a guest on a ${mode} macvtap has its card as a port of a bridge: a host behind that, to the external host and back`,
  steps: plain(mode),
  look: {
    look: "frames",
    scene: { inside, bridgeOver: "first" },
    send: [
      frame("behind", "external", ["wire", "external"]),
      frame("external", "behind", ["lower:in", "first", "behind"]),
    ],
  },
});

const tagged = (mode: Mode): CheckSpec => ({
  id: `card-vlan-${mode}`,
  claim: "M13",
  text: `a guest on a ${mode} macvtap has a VLAN device on its card: tagged frames from it, to it and to all`,
  steps: plain(mode),
  look: {
    look: "frames",
    scene: { inside, vlanOver: "first" },
    send: [
      frame("first", "external", ["lower:out", "wire"], { tagged: true }),
      frame("external", "first", ["first", "vlan"], { tagged: true }),
      frame("external", "everybody", ["first", "vlan"], { tagged: true }),
    ],
  },
});

const nested = (mode: Mode): CheckSpec => ({
  id: `card-macvlan-${mode}`,
  claim: "M13",
  text: `a guest on a ${mode} macvtap has a macvlan on its card: frames from it, to it and to all`,
  steps: plain(mode),
  look: {
    look: "frames",
    scene: { inside, macvlanOver: "first" },
    send: [
      frame("nested", "external", ["wire", "external"]),
      frame("external", "nested", ["lower:in", "first", "nested"]),
      frame("external", "everybody", ["first", "nested"]),
    ],
  },
});

const COMPARED: readonly Mode[] = ["vepa", "passthru"];

export const INSIDE_CHECKS: readonly CheckSpec[] = [
  ...MODES.map(otherAddress),
  ...[promiscuous, bridged, tagged, nested].flatMap((check) => COMPARED.map(check)),
];
