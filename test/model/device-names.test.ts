import { expect, test } from "vitest";
import { partyName, receivingParties } from "../../lab/model/cell.ts";
import { endpointName, endpointNamed } from "../../lab/model/device-names.ts";
import { MODES } from "../../lab/model/vocabulary.ts";

test.each(receivingParties(MODES).map((party) => [partyName(party), party] as const))(
  "%s is known again by the name of its endpoint, wherever that stands",
  (_, party) => {
    for (const tag of ["a", "p3", "w12b"])
      expect(endpointNamed(endpointName(tag, party, 2))).toEqual({ kind: party.kind, mode: party.mode });
  },
);

test.each(["low-a", "swp-a", "ext", "try-0-1", "mode", "a-mvl", "a-mvl-vep1x"])("%s is no endpoint's name", (name) => {
  expect(endpointNamed(name)).toBeUndefined();
});
