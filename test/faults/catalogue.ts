/** Every fault that is planted. */
import { CONTROL_FAULTS } from "./catalogue/control.ts";
import { FINDING_FAULTS } from "./catalogue/findings.ts";
import { GROUP_FAULTS } from "./catalogue/group.ts";
import { RECEIVE_FAULTS } from "./catalogue/receive.ts";
import { TAP_FAULTS } from "./catalogue/tap.ts";
import { TRANSMIT_FAULTS } from "./catalogue/transmit.ts";
import type { Fault } from "./fault.ts";

export const FAULTS: readonly Fault[] = [
  ...TRANSMIT_FAULTS,
  ...GROUP_FAULTS,
  ...RECEIVE_FAULTS,
  ...TAP_FAULTS,
  ...CONTROL_FAULTS,
  ...FINDING_FAULTS,
];
