/** Traffic before and after a change, and what a lower device's own settings take from its endpoints. */
import type { Change, Sent } from "../../lab/model/frames-look.ts";
import type { CheckSpec, CheckStep } from "../../lab/model/scenario.ts";
import { MODES, type Mode } from "../../lab/model/vocabulary.ts";
import { add, up } from "../basics/steps.ts";
import { endpoints, frame } from "./frames.ts";

const listed = (by: "add" | "del" | "flush", nodst: boolean): CheckSpec => ({
  id: `source-list-${by}${nodst ? "-nodst" : ""}-between-frames`,
  claim: "M2",
  text: `a sender's frames to a bridge sibling of a source endpoint${nodst ? " with nodst" : ""}, before and after "macaddr ${by}"`,
  steps: [
    add("first", { mode: "source", nodst, ...(by !== "add" && { sources: ["external"] }) }),
    add("second", { mode: "bridge" }),
    ...up("first", "second"),
  ],
  look: {
    look: "frames",
    send: [frame("external", "second", ["first", "second"])],
    // biome-ignore lint/suspicious/noThenProperty: data, never awaited
    then: [{ change: "list", device: "first", by }],
    again: [frame("external", "second", ["first", "second"])],
  },
});

const BOTH_WAYS: readonly Sent[] = [
  frame("external", "first", ["first"]),
  frame("external", "everybody", ["first"]),
  frame("first", "external", ["wire", "external"]),
];

const after = (id: string, mode: Mode, text: string, changes: readonly Change[]): CheckSpec => ({
  id: `${id}-${mode}`,
  text: `a ${mode} endpoint's traffic before and after ${text}`,
  steps: endpoints(mode),
  // biome-ignore lint/suspicious/noThenProperty: data, never awaited
  look: { look: "frames", send: BOTH_WAYS, then: changes, again: BOTH_WAYS },
});

const movedOnly = (mode: Mode): CheckSpec => ({
  id: `moved-not-up-${mode}`,
  text: `frames for a ${mode} endpoint before and after it was in another network namespace, not brought up since`,
  steps: endpoints(mode),
  look: {
    look: "frames",
    send: BOTH_WAYS.slice(0, 2),
    // biome-ignore lint/suspicious/noThenProperty: data, never awaited
    then: [{ change: "move", device: "first" }],
    again: BOTH_WAYS.slice(0, 2),
  },
});

const onLower = (mode: Mode): CheckSpec => ({
  id: `vlan-of-lower-host-${mode}`,
  text: `a VLAN device of the lower host's own, and tagged and untagged frames to a ${mode} endpoint beside it`,
  steps: endpoints(mode),
  look: {
    look: "frames",
    scene: { vlanOver: "lower" },
    send: [
      frame("external", "first", ["lower:in", "first", "vlan"]),
      frame("external", "first", ["lower:in", "first"], { tagged: true }),
      frame("external", "everybody", ["lower:in", "first", "vlan"], { tagged: true }),
    ],
  },
});

const queued = (id: string, text: string, steps: readonly CheckStep[], send: readonly Sent[]): CheckSpec => ({
  id: `bcqueuelen-${id}`,
  claim: "M2",
  text,
  steps,
  look: { look: "frames", send },
});

const short = { mode: "vepa", bcqueuelen: 0 } as const;
const bridged = { mode: "bridge", bcqueuelen: 0 } as const;

const QUEUES: readonly CheckSpec[] = [
  queued(
    "0",
    "a broadcast to an endpoint whose lower device queues no group frames",
    [add("first", short), ...up("first")],
    [
      frame("external", "everybody", ["lower:in", "first", "lower-host", "dropped"]),
      frame("external", "first", ["first"]),
    ],
  ),
  queued(
    "0-beside-default",
    "a broadcast to an endpoint that asked for no queue, beside one that asked for nothing",
    [add("first", short), add("second", { mode: "vepa" }), ...up("first", "second")],
    [frame("external", "everybody", ["first", "second", "dropped"])],
  ),
  queued(
    "0-siblings",
    "a broadcast between bridge endpoints whose lower device queues no group frames",
    [add("first", bridged), add("second", bridged), ...up("first", "second")],
    [frame("first", "everybody", ["second", "wire"])],
  ),
];

export const CHANGE_TRAFFIC: readonly CheckSpec[] = [
  ...(["add", "del", "flush"] as const).flatMap((by) => [listed(by, false), listed(by, true)]),
  ...MODES.map((mode) =>
    after("lower-down-up", mode, "its lower device was down", [
      { change: "down", device: "lower" },
      { change: "up", device: "lower" },
    ]),
  ),
  ...MODES.map((mode) =>
    after("moved", mode, "it was in another network namespace", [
      { change: "move", device: "first" },
      { change: "up", device: "first" },
    ]),
  ),
  ...MODES.map(movedOnly),
  ...MODES.map(onLower),
  ...QUEUES,
];
