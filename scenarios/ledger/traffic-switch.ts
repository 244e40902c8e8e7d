/** M16, M17: what keeps a switch from sending a frame back, and whom an endpoint's frames may name as their sender. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { MODES, type Mode } from "../../lab/model/vocabulary.ts";
import { endpoints, frame, withRelay } from "./frames.ts";

const STATES = [false, true];

const backOut = (stp: boolean, reflectiveRelay: boolean): CheckSpec => ({
  id: `back-out-${stp ? "with" : "without"}-stp-${withRelay(reflectiveRelay)}`,
  claim: "M16",
  text: `a vepa endpoint's frame for its sibling, the switch with STP ${stp ? "on" : "off"} and reflective relay ${reflectiveRelay ? "on" : "off"}`,
  reflectiveRelay,
  steps: endpoints("vepa", "vepa"),
  look: {
    look: "frames",
    scene: stp ? { stp } : {},
    send: [
      frame("first", "second", ["wire", "back", "second"]),
      frame("first", "everybody", ["wire", "back", "second", "external"]),
    ],
  },
});

const foreign = (mode: Mode): CheckSpec => ({
  id: `foreign-address-${mode}`,
  claim: "M17",
  text: `frames from and to an address behind a ${mode} endpoint that is not its own`,
  steps: endpoints(mode),
  look: {
    look: "frames",
    send: [
      frame("first", "external", ["wire", "external"], { as: "foreign" }),
      frame("external", "foreign", ["lower:in", "first", "lower-host"]),
    ],
  },
});

const unknown = (mode: Mode): CheckSpec => ({
  id: `unknown-address-${mode}`,
  claim: "M17",
  text: `frames for an address nobody knows, from a ${mode} endpoint beside another and from outside`,
  steps: mode === "passthru" ? endpoints(mode) : endpoints(mode, mode),
  look: {
    look: "frames",
    send: [
      frame("first", "unknown", ["wire", ...(mode === "passthru" ? [] : (["second"] as const))]),
      frame("external", "unknown", ["lower:in", "first", "lower-host"]),
    ],
  },
});

/** A sender nobody knows is taken for one from outside. */
const isolation = (mode: Mode): CheckSpec => ({
  id: `foreign-broadcast-${mode}`,
  claim: "M17",
  text: `a ${mode} endpoint's broadcast that comes back, with its own and with a foreign source address`,
  reflectiveRelay: true,
  steps: endpoints(mode, "private"),
  look: {
    look: "frames",
    send: [
      frame("first", "everybody", ["first", "second", "lower-host"]),
      frame("first", "everybody", ["first", "second", "lower-host"], { as: "foreign" }),
    ],
  },
});

export const SWITCH_TRAFFIC: readonly CheckSpec[] = [
  ...STATES.flatMap((stp) => STATES.map((relay) => backOut(stp, relay))),
  ...MODES.map(foreign),
  ...MODES.map(unknown),
  ...(["private", "vepa", "bridge"] as const).map(isolation),
];
