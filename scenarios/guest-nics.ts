/** Every macvtap the network card of a real guest: who can talk to whom, and what the guest can make of its card. */
import { cellsOf } from "../lab/model/cell.ts";
import { claimsOf } from "../lab/model/cell-claims.ts";
import type { CellAxes, Scenario } from "../lab/model/scenario.ts";
import { LAYER2_TRAFFIC, MODES, PLACEMENTS } from "../lab/model/vocabulary.ts";
import { INSIDE_CHECKS } from "./guest-nics/inside.ts";
import { PAYLOAD_CHECKS } from "./guest-nics/payloads.ts";
import { READER_CHECKS } from "./guest-nics/readers.ts";

const axes: CellAxes = {
  placements: PLACEMENTS,
  reflectiveRelay: [false, true],
  traffic: LAYER2_TRAFFIC,
  modes: MODES,
  cards: ["qemu", "vhost"],
};

const checks = [...INSIDE_CHECKS, ...READER_CHECKS, ...PAYLOAD_CHECKS];

export const guestNics: Scenario = {
  name: "guest-nics",
  title: "The same with guests: every macvtap the network card of a QEMU, each way, and what the guest makes of it",
  claims: [...new Set([...cellsOf(axes).flatMap(claimsOf), ...checks.flatMap(({ claim }) => claim ?? [])])],
  slow: false,
  privileged: true,
  guests: true,
  cells: axes,
  checks,
};
