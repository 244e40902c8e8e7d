/** What every endpoint has and obeys before a matrix makes sense: defaults, refusals, inheritance, a real ping. */
import type { Scenario } from "../lab/model/scenario.ts";
import { ADDRESS_CHECKS } from "./basics/addresses.ts";
import { MODE_CHECKS } from "./basics/modes.ts";
import { MTU_CHECKS } from "./basics/mtus.ts";
import { PASSTHRU_CHECKS } from "./basics/passthru.ts";
import { PING_CHECKS } from "./basics/pings.ts";
import { SOURCE_CHECKS } from "./basics/sources.ts";

const checks = [...MODE_CHECKS, ...PASSTHRU_CHECKS, ...ADDRESS_CHECKS, ...MTU_CHECKS, ...SOURCE_CHECKS, ...PING_CHECKS];

export const basics: Scenario = {
  name: "basics",
  title: "Defaults, refusals, addresses, MTUs, source lists, and one real ping per mode",
  claims: [...new Set(checks.flatMap(({ claim }) => claim ?? []))],
  slow: false,
  privileged: false,
  checks,
};
