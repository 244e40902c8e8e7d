/** The scenarios there are, in the order they are listed and run. */
import type { Scenario } from "../lab/model/scenario.ts";
import { basics } from "./basics.ts";
import { containers } from "./containers.ts";
import { conversations } from "./conversations.ts";
import { gateways } from "./gateways.ts";
import { guestNics } from "./guest-nics.ts";
import { ledger } from "./ledger.ts";
import { pairings } from "./pairings.ts";
import { throughput } from "./throughput.ts";
import { wireless } from "./wireless.ts";

export const SCENARIOS: readonly Scenario[] = [
  basics,
  ledger,
  gateways,
  pairings,
  conversations,
  guestNics,
  containers,
  throughput,
  wireless,
];
