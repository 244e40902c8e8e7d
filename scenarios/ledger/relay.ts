/** Reflective relay has many handles: each of them switched on and off, then asked by all. */
import { RELAY_TOOLS, type RelayTool } from "../../lab/model/check-step.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { relay } from "./steps.ts";

const NAMES: Readonly<Record<RelayTool, string>> = {
  sysfs: "the file hairpin_mode",
  brctl: "brctl hairpin",
  bridge: "bridge link set",
  ip: "ip link set type bridge_slave",
};

const switched = (by: RelayTool, on: boolean): CheckSpec => ({
  id: `relay-${on ? "on" : "off"}-by-${by}`,
  claim: "M5",
  text: `reflective relay as everybody tells it, switched ${on ? "on" : "off"} by ${NAMES[by]}`,
  reflectiveRelay: !on,
  steps: [relay(by, on)],
  look: { look: "relay" },
});

export const RELAY_CHECKS: readonly CheckSpec[] = RELAY_TOOLS.flatMap((by) => [
  switched(by, true),
  switched(by, false),
]);
