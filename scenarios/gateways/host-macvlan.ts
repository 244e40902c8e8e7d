/** H2: another macvlan on the same lower device, kept by the host, as the way between host and endpoints. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { ENDPOINT_KINDS, MODES } from "../../lab/model/vocabulary.ts";

/** A passthru endpoint has its lower device for itself. */
const modes = MODES.filter((mode) => mode !== "passthru");

export const HOST_MACVLAN_CHECKS: readonly CheckSpec[] = [false, true].flatMap((reflectiveRelay) =>
  modes.flatMap((host) =>
    ENDPOINT_KINDS.flatMap((kind) =>
      modes.map(
        (mode): CheckSpec => ({
          id: `host-macvlan-${host}-${kind}-${mode}-relay-${reflectiveRelay ? "on" : "off"}`,
          claim: "H2",
          text: `a host with a ${host} macvlan of its own and a ${mode} ${kind} talk to each other`,
          reflectiveRelay,
          steps: [],
          look: { look: "stacks", setUp: { what: "host-macvlan", host, endpoint: { kind, mode } } },
        }),
      ),
    ),
  ),
);
