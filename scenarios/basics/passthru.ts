/** Passthru is for one endpoint, from its making to its end. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import type { Mode } from "../../lab/model/vocabulary.ts";
import { add, setMode } from "./steps.ts";

const OTHER_MODES: readonly Mode[] = ["private", "vepa", "bridge", "source"];
const claim = "M14";
const look = { look: "error" } as const;

const besidePassthru = (mode: Mode): CheckSpec => ({
  id: `passthru-then-${mode}`,
  claim,
  text: `making a ${mode} endpoint beside a passthru one`,
  steps: [add("first", { mode: "passthru" }), add("second", { mode })],
  look,
});

const passthruBeside = (mode: Mode): CheckSpec => ({
  id: `${mode}-then-passthru`,
  claim,
  text: `making a passthru endpoint beside a ${mode} one`,
  steps: [add("first", { mode }), add("second", { mode: "passthru" })],
  look,
});

const intoPassthru = (mode: Mode): CheckSpec => ({
  id: `${mode}-into-passthru`,
  claim,
  text: `changing a ${mode} endpoint that is alone to passthru`,
  steps: [add("first", { mode }), setMode("first", "passthru")],
  look,
});

const outOfPassthru = (mode: Mode): CheckSpec => ({
  id: `passthru-into-${mode}`,
  claim,
  text: `changing a passthru endpoint to ${mode}`,
  steps: [add("first", { mode: "passthru" }), setMode("first", mode)],
  look,
});

export const PASSTHRU_CHECKS: readonly CheckSpec[] = [
  {
    id: "passthru-alone",
    claim,
    text: "making a passthru endpoint on a lower device without others",
    steps: [add("first", { mode: "passthru" })],
    look,
  },
  ...(["passthru", ...OTHER_MODES] as const).map(besidePassthru),
  ...OTHER_MODES.map(passthruBeside),
  ...OTHER_MODES.map(intoPassthru),
  ...OTHER_MODES.map(outOfPassthru),
  {
    id: "passthru-into-passthru",
    claim,
    text: "naming passthru again for a passthru endpoint",
    steps: [add("first", { mode: "passthru" }), setMode("first", "passthru")],
    look,
  },
  {
    id: "passthru-down",
    claim,
    text: "a frame for the address a passthru endpoint that is down shares with its lower device",
    steps: [add("first", { mode: "passthru" })],
    look: { look: "copies", from: "external", to: "first", at: ["first", "lower-host"] },
  },
];
