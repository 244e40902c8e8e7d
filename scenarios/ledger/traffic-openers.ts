/** T6, T7: what a second opener of a macvtap's character device takes, sees and can do. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import type { Mode } from "../../lab/model/vocabulary.ts";
import { endpoints, frame } from "./frames.ts";

const MODES: readonly Mode[] = ["private", "vepa", "bridge", "passthru", "source"];
const scene = { openedTwice: true } as const;
const macvtap = (mode: Mode) => ({ kind: "macvtap", mode }) as const;
const BOTH = ["first", "first-again"] as const;
const flows = { many: { frames: 32, flows: "each" } } as const;
const oneFlow = { many: { frames: 8, flows: "one" } } as const;

const alone: CheckSpec = {
  id: "one-opener-flows",
  claim: "T6",
  text: "frames of 32 flows to a vepa macvtap whose character device is opened once",
  steps: endpoints(macvtap("vepa")),
  look: { look: "frames", send: [frame("external", "first", ["first"], flows)] },
};

const sharing = (mode: Mode): CheckSpec => ({
  id: `two-openers-flows-${mode}`,
  claim: "T6",
  text: `frames of 32 flows, and 8 of one flow, to a ${mode} macvtap whose character device is opened twice`,
  steps: endpoints(macvtap(mode)),
  look: {
    look: "frames",
    scene,
    send: [frame("external", "first", BOTH, flows), frame("external", "first", BOTH, oneFlow)],
  },
});

const second = (mode: Mode): CheckSpec => ({
  id: `second-opener-${mode}`,
  claim: "T7",
  text: `a ${mode} macvtap's second opener: what it reads of a frame the first one writes, and what becomes of one it writes`,
  steps: endpoints(macvtap(mode)),
  look: {
    look: "frames",
    scene,
    send: [
      frame("first", "external", ["first-again", "wire", "external"]),
      frame("first-again", "external", ["first", "first:out", "wire", "external"]),
    ],
  },
});

const toSibling: CheckSpec = {
  id: "second-opener-to-sibling",
  claim: "T7",
  text: "a frame a bridge macvtap's second opener writes, for a bridge sibling",
  steps: endpoints(macvtap("bridge"), macvtap("bridge")),
  look: { look: "frames", scene, send: [frame("first-again", "second", ["second", "first", "wire"])] },
};

export const OPENER_TRAFFIC: readonly CheckSpec[] = [alone, ...MODES.map(sharing), ...MODES.map(second), toSibling];
