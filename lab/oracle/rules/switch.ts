/** Rules of the external switch, a Linux bridge with static entries for every address and no multicast snooping. */
import { rule } from "../rule.ts";

export const SWITCH_RULES = {
  "flooded-by-switch": rule({
    functions: ["br_handle_frame_finish", "br_flood"],
    text: "the switch floods group frames and frames for addresses it does not know to all its ports",
    quoted: "when-true",
    decide: (group: boolean, known: boolean) => group || !known,
  }),
  "known-address-one-port": rule({
    functions: ["br_handle_frame_finish", "br_forward"],
    text: "the switch sends a frame for an address it knows to that address's port alone",
    quoted: "when-true",
    decide: (portHoldsAddress: boolean) => portHoldsAddress,
  }),
  "back-out-of-its-port": rule({
    functions: ["should_deliver", "br_forward", "maybe_deliver"],
    text: "a frame goes back out of the port it came in by only where the port has reflective relay",
    decide: (samePort: boolean, reflectiveRelay: boolean) => !samePort || reflectiveRelay,
  }),
} as const;
