/** What practitioners say of macvlan and macvtap and no matrix shows: see the claims. */
import type { Scenario } from "../lab/model/scenario.ts";
import { ADDRESS_CHANGE_CHECKS } from "./ledger/addresses.ts";
import { LOWER_CHECKS } from "./ledger/lower.ts";
import { MOVE_CHECKS } from "./ledger/moves.ts";
import { NESTING_CHECKS } from "./ledger/nesting.ts";
import { NODE_CHECKS } from "./ledger/nodes.ts";
import { OPTION_CHECKS } from "./ledger/options.ts";
import { PASSTHRU_LIFE_CHECKS } from "./ledger/passthru.ts";
import { PROMISCUITY_CHECKS } from "./ledger/promiscuity.ts";
import { RELAY_CHECKS } from "./ledger/relay.ts";
import { LEDGER_TRAFFIC } from "./ledger/traffic.ts";

const checks = [
  ...OPTION_CHECKS,
  ...RELAY_CHECKS,
  ...PASSTHRU_LIFE_CHECKS,
  ...ADDRESS_CHANGE_CHECKS,
  ...NESTING_CHECKS,
  ...NODE_CHECKS,
  ...MOVE_CHECKS,
  ...LOWER_CHECKS,
  ...PROMISCUITY_CHECKS,
  ...LEDGER_TRAFFIC,
];

export const ledger: Scenario = {
  name: "ledger",
  title:
    "What the claims say beside who reaches whom: addresses, modes and flags, switches, nodes, namespaces, life and end",
  claims: [...new Set(checks.flatMap(({ claim }) => claim ?? []))],
  slow: false,
  privileged: false,
  checks,
};
