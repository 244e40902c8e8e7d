/** The mode an endpoint is in. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { ENDPOINT_KINDS, type EndpointKind } from "../../lab/model/vocabulary.ts";
import { add, setMode, up } from "./steps.ts";

const defaultMode = (kind: EndpointKind): CheckSpec => ({
  id: `default-mode-${kind}`,
  claim: "M1",
  text: `a ${kind} made without naming a mode`,
  steps: [add("first", { kind })],
  look: { look: "mode", device: "first" },
});

export const MODE_CHECKS: readonly CheckSpec[] = [
  ...ENDPOINT_KINDS.map(defaultMode),
  {
    id: "mode-change",
    claim: "M2",
    text: "the mode after changing private to bridge",
    steps: [add("first", { mode: "private" }), setMode("first", "bridge")],
    look: { look: "mode", device: "first" },
  },
  {
    id: "mode-change-in-force",
    claim: "M9",
    text: "unicast between two private siblings that were changed to bridge while up",
    steps: [
      add("first", { mode: "private" }),
      add("second", { mode: "private" }),
      ...up("first", "second"),
      setMode("first", "bridge"),
      setMode("second", "bridge"),
    ],
    look: { look: "copies", from: "first", to: "second", at: ["first", "second", "lower-host"] },
  },
  {
    id: "down-gets-nothing",
    text: "a frame for an endpoint that is down",
    steps: [add("first", { mode: "bridge" }), add("second", { mode: "bridge" }), ...up("second")],
    look: { look: "copies", from: "external", to: "first", at: ["first", "second", "lower-host"] },
  },
];
