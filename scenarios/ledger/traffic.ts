/** The checks of the ledger that send frames. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { BRIDGE_TRAFFIC } from "./traffic-bridge.ts";
import { CAPTURE_TRAFFIC } from "./traffic-captures.ts";
import { CHANGE_TRAFFIC } from "./traffic-changes.ts";
import { GUEST_TRAFFIC } from "./traffic-guests.ts";
import { HOST_TRAFFIC } from "./traffic-host.ts";
import { OPENER_TRAFFIC } from "./traffic-openers.ts";
import { SWITCH_TRAFFIC } from "./traffic-switch.ts";

export const LEDGER_TRAFFIC: readonly CheckSpec[] = [
  ...SWITCH_TRAFFIC,
  ...BRIDGE_TRAFFIC,
  ...CAPTURE_TRAFFIC,
  ...OPENER_TRAFFIC,
  ...GUEST_TRAFFIC,
  ...HOST_TRAFFIC,
  ...CHANGE_TRAFFIC,
];
