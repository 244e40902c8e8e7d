/** T4, T5: what a capture on a macvtap's interface and on the lower device sees of guests' traffic, and which way. */
import type { Watch } from "../../lab/model/frames-look.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { MODES, type Mode } from "../../lab/model/vocabulary.ts";
import { endpoints, frame, withRelay } from "./frames.ts";

const macvtap = (mode: Mode) => ({ kind: "macvtap", mode }) as const;
const LOWER: readonly Watch[] = ["lower:out", "lower:in", "wire", "back"];

const onInterface = (mode: Mode, isRead: boolean): CheckSpec => ({
  id: `capture-macvtap-${mode}-${isRead ? "read" : "unread"}`,
  claim: "T4",
  text: `a packet socket on a ${mode} macvtap's interface, ${isRead ? "a reader at" : "nobody having"} its character device${isRead ? "" : " open"}`,
  steps: endpoints(macvtap(mode)),
  look: {
    look: "frames",
    scene: isRead ? {} : { unread: ["first"] },
    send: [
      frame("first", "external", ["first:in", "first:out"]),
      frame("external", "first", ["first:in", "first:out", "first"]),
      frame("external", "everybody", ["first:in", "first:out", "first"]),
    ],
  },
});

const outside = (mode: Mode): CheckSpec => ({
  id: `capture-lower-${mode}-external`,
  claim: "T5",
  text: `a packet socket on the lower device, a ${mode} macvtap to the external host and back`,
  steps: endpoints(macvtap(mode)),
  look: { look: "frames", send: [frame("first", "external", LOWER), frame("external", "first", LOWER)] },
});

const between = (mode: Mode, reflectiveRelay: boolean): CheckSpec => ({
  id: `capture-lower-${mode}-siblings-${withRelay(reflectiveRelay)}`,
  claim: "T5",
  text: `a packet socket on the lower device, one ${mode} macvtap to another, ${reflectiveRelay ? "with" : "without"} reflective relay`,
  reflectiveRelay,
  steps: endpoints(macvtap(mode), macvtap(mode)),
  look: {
    look: "frames",
    send: [frame("first", "second", [...LOWER, "second"]), frame("first", "everybody", [...LOWER, "second"])],
  },
});

const SHARING = MODES.filter((mode) => mode !== "passthru");

export const CAPTURE_TRAFFIC: readonly CheckSpec[] = [
  ...MODES.flatMap((mode) => [onInterface(mode, true), onInterface(mode, false)]),
  ...MODES.map(outside),
  ...SHARING.flatMap((mode) => [between(mode, false), between(mode, true)]),
];
