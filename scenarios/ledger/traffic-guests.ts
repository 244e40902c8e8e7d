/** T8, M13: what a guest can do with addresses, tags and promiscuous mode, by the mode of its endpoint. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { MODES, type Mode } from "../../lab/model/vocabulary.ts";
import { add, up } from "../basics/steps.ts";
import { endpoints, frame } from "./frames.ts";

/** As a guest that changed the address of its network card. */
const otherAddress = (mode: Mode): CheckSpec => ({
  id: `guest-address-${mode}`,
  claim: "T8",
  text: `a guest on a ${mode} macvtap that took another address: what it sends, what is sent to it, to all, and to its old address`,
  steps: endpoints({ kind: "macvtap", mode }),
  look: {
    look: "frames",
    send: [
      frame("first", "external", ["wire", "external"], { as: "foreign" }),
      frame("external", "foreign", ["first", "lower-host"]),
      frame("external", "everybody", ["first"]),
      frame("external", "first", ["first"]),
    ],
  },
});

/** Of a listed sender a source endpoint gets all: here the external host is on no list. */
const unlisted = (mode: Mode) => [
  add("first", { mode, address: "given", ...(mode === "source" && { sources: ["first"] }) }),
  ...up("first"),
];

const promiscuous = (mode: Mode): CheckSpec => ({
  id: `promiscuous-${mode}`,
  claim: "M13",
  text: `a frame for somebody else, and a ${mode} endpoint in promiscuous mode`,
  steps: unlisted(mode),
  look: {
    look: "frames",
    scene: { promiscuous: ["first"] },
    send: [frame("external", "foreign", ["lower:in", "first", "lower-host"])],
  },
});

const bridged = (mode: Mode): CheckSpec => ({
  id: `host-behind-${mode}`,
  claim: "M13",
  text: `a host behind a bridge on a ${mode} endpoint, to the external host and back`,
  steps: unlisted(mode),
  look: {
    look: "frames",
    scene: { bridgeOver: "first" },
    send: [frame("behind", "external", ["external"]), frame("external", "behind", ["first", "behind"])],
  },
});

const tagged = (mode: Mode): CheckSpec => ({
  id: `vlan-on-${mode}`,
  claim: "M13",
  text: `a VLAN device on a ${mode} endpoint: tagged frames from it, to it and to all`,
  steps: endpoints(mode),
  look: {
    look: "frames",
    scene: { vlanOver: "first" },
    send: [
      frame("first", "external", ["lower:out", "wire"], { tagged: true }),
      frame("external", "first", ["first", "vlan"], { tagged: true }),
      frame("external", "everybody", ["first", "vlan"], { tagged: true }),
    ],
  },
});

const nested = (mode: Mode): CheckSpec => ({
  id: `macvlan-on-${mode}`,
  claim: "M13",
  text: `making a macvlan on a ${mode} macvlan`,
  steps: [add("first", { mode }), add("second", { mode: "bridge", on: "first" })],
  look: { look: "error" },
});

/** veth has no address filter: what promiscuous mode would open is open. */
const quiet: CheckSpec = {
  id: "passthru-nopromisc",
  claim: "M13",
  text: "a frame for somebody else, and a passthru endpoint with nopromisc on a lower device without an address filter",
  steps: [add("first", { mode: "passthru", nopromisc: true }), ...up("first")],
  look: { look: "frames", send: [frame("external", "foreign", ["lower:in", "first", "lower-host"])] },
};

export const GUEST_TRAFFIC: readonly CheckSpec[] = [
  ...MODES.map(otherAddress),
  ...MODES.map(promiscuous),
  ...MODES.map(bridged),
  ...MODES.map(tagged),
  ...MODES.map(nested),
  quiet,
];
