/** One real ping per mode: between two macvlans of it on one lower device, and to the external host. */
import type { CheckSpec, CheckStep } from "../../lab/model/scenario.ts";
import { MODES, type Mode } from "../../lab/model/vocabulary.ts";
import { add, up } from "./steps.ts";

const SIBLING_CLAIM: Readonly<Record<Mode, string | undefined>> = {
  private: "M10",
  vepa: "M4",
  bridge: "M7",
  passthru: "M14",
  source: undefined,
};

/** A source endpoint hears only those it lists. */
function endpoint(name: "first" | "second", mode: Mode, peer: "first" | "second" | "external"): CheckStep {
  return add(name, { mode, address: "given", ...(mode === "source" && { sources: [peer] }) });
}

function siblings(mode: Mode, reflectiveRelay: boolean): CheckSpec {
  const claim = SIBLING_CLAIM[mode];
  const relay = reflectiveRelay ? "with" : "without";
  return {
    id: `ping-${mode}-siblings-${relay}-relay`,
    ...(claim && { claim }),
    text: `a ping between two ${mode} macvlans on one lower device, ${relay} reflective relay`,
    reflectiveRelay,
    steps: [endpoint("first", mode, "second"), endpoint("second", mode, "first"), ...up("first", "second")],
    look: { look: "ping", from: "first", to: "second" },
  };
}

const external = (mode: Mode): CheckSpec => ({
  id: `ping-${mode}-external`,
  text: `a ping from a ${mode} macvlan to the external host`,
  steps: [endpoint("first", mode, "external"), ...up("first")],
  look: { look: "ping", from: "first", to: "external" },
});

/** Without a reader of its character device a macvtap has a stack like any interface. */
const macvtap: CheckSpec = {
  id: "ping-macvtap-external",
  claim: "T1",
  text: "a ping from a vepa macvtap nobody reads to the external host",
  steps: [add("first", { kind: "macvtap", mode: "vepa" }), ...up("first")],
  look: { look: "ping", from: "first", to: "external" },
};

export const PING_CHECKS: readonly CheckSpec[] = [
  ...MODES.flatMap((mode) => [siblings(mode, false), siblings(mode, true)]),
  ...MODES.map(external),
  macvtap,
];
