/** Duplicate address detection behind a reflecting switch: whether an endpoint is handed its own question, and minds. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { ENDPOINT_KINDS, MODES } from "../../lab/model/vocabulary.ts";

const modes = MODES.filter((mode) => mode !== "passthru");

export const OWN_QUESTION_CHECKS: readonly CheckSpec[] = [false, true].flatMap((reflectiveRelay) =>
  [false, true].flatMap((enhanced) =>
    ENDPOINT_KINDS.flatMap((kind) =>
      modes.map(
        (mode): CheckSpec => ({
          id: `own-question-${kind}-${mode}-${enhanced ? "nonce" : "no-nonce"}-relay-${reflectiveRelay ? "on" : "off"}`,
          text: `a ${mode} ${kind} detects duplicates of its address ${enhanced ? "with" : "without"} a nonce`,
          reflectiveRelay,
          steps: [],
          look: { look: "stacks", setUp: { what: "own-question", endpoint: { kind, mode }, enhanced } },
        }),
      ),
    ),
  ),
);
