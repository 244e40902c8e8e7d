/** An endpoint made on an endpoint. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { ENDPOINT_KINDS } from "../../lab/model/vocabulary.ts";
import { add, moveAway, remove, shows, up } from "./steps.ts";

const claim = "H6";
const bridge = add("first", { mode: "bridge" });
const SECOND = ["second", "below"] as const;

const nested = ENDPOINT_KINDS.flatMap((base) =>
  ENDPOINT_KINDS.map((kind) =>
    shows(
      `nested-${kind}-on-${base}`,
      claim,
      `what a ${kind} made on a ${base} is on`,
      SECOND,
      add("first", { kind: base, mode: "bridge" }),
      add("second", { kind, on: "first" }),
    ),
  ),
);

export const NESTING_CHECKS: readonly CheckSpec[] = [
  ...nested,
  shows(
    "nested-stays",
    claim,
    "what it is on once the endpoint it was made on is removed",
    SECOND,
    bridge,
    add("second", { on: "first" }),
    remove("first"),
  ),
  shows(
    "nested-from-away",
    claim,
    "what it is on where the endpoint it is made on was moved to another namespace",
    SECOND,
    bridge,
    moveAway("first"),
    add("second", { on: "first" }),
  ),
  shows(
    "nested-lives-away",
    claim,
    "the namespace that one is in",
    ["second", "namespace"],
    bridge,
    moveAway("first"),
    add("second", { on: "first" }),
  ),
  {
    id: "nested-mtu",
    claim,
    text: "the MTU of an endpoint made on one that has 1300",
    steps: [add("first", { mode: "bridge", mtu: 1300 }), add("second", { on: "first" })],
    look: { look: "mtu", device: "second" },
  },
  {
    id: "nested-mode",
    claim,
    text: "the mode of an endpoint made without one on a bridge one",
    steps: [bridge, add("second", { on: "first" })],
    look: { look: "mode", device: "second" },
  },
  {
    id: "nested-sibling",
    claim,
    text: "a frame between two bridge endpoints, one made on the other",
    steps: [bridge, add("second", { mode: "bridge", on: "first" }), ...up("first", "second")],
    look: { look: "copies", from: "first", to: "second", at: ["first", "second", "lower-host"] },
  },
];
