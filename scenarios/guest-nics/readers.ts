/** T6, T7: a second opener of the device a guest's QEMU has open. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { MODES, type Mode } from "../../lab/model/vocabulary.ts";
import { endpoints, frame } from "../ledger/frames.ts";

const scene = { inside: "guest", openedTwice: true } as const;

const second = (mode: Mode): CheckSpec => ({
  id: `card-second-reader-${mode}`,
  claim: "T6",
  text: `frames of 32 flows to a guest on a ${mode} macvtap whose character device somebody else has open as well`,
  steps: endpoints({ kind: "macvtap", mode }),
  look: {
    look: "frames",
    scene,
    send: [frame("external", "first", ["first", "first-again"], { many: { frames: 32, flows: "each" } })],
  },
});

const intruder = (mode: Mode): CheckSpec => ({
  id: `card-second-opener-${mode}`,
  claim: "T7",
  text: `what somebody who has the device of a guest's ${mode} macvtap open as well reads of a frame the guest sends, and what becomes of one he writes`,
  steps: endpoints({ kind: "macvtap", mode }),
  look: {
    look: "frames",
    scene,
    send: [
      frame("first", "external", ["first-again", "wire", "external"]),
      frame("first-again", "external", ["first", "first:out", "wire", "external"]),
    ],
  },
});

export const READER_CHECKS: readonly CheckSpec[] = [second("vepa"), ...MODES.map(intruder)];
