/** What practitioners say of macvlan and macvtap and no matrix shows: see the claims. */
import type { Scenario } from "../lab/model/scenario.ts";
import { ADDRESS_CHANGE_CHECKS } from "./ledger/addresses.ts";

const checks = [...ADDRESS_CHANGE_CHECKS];

export const ledger: Scenario = {
  name: "ledger",
  title:
    "What the claims say beside who reaches whom: addresses, modes and flags, switches, nodes, namespaces, life and end",
  claims: [...new Set(checks.flatMap(({ claim }) => claim ?? []))],
  slow: false,
  privileged: false,
  checks,
};
