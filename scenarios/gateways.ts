/** Hosts with more than one device: gateways, virtual routers, and what becomes of a stack when its device does. */
import type { Scenario } from "../lab/model/scenario.ts";
import { GATEWAY_CHECKS } from "./gateways/gateway.ts";
import { HOST_MACVLAN_CHECKS } from "./gateways/host-macvlan.ts";
import { OWN_QUESTION_CHECKS } from "./gateways/own-question.ts";
import { SEVERAL_ADDRESSES_CHECKS } from "./gateways/several-addresses.ts";

const checks = [...HOST_MACVLAN_CHECKS, ...GATEWAY_CHECKS, ...SEVERAL_ADDRESSES_CHECKS, ...OWN_QUESTION_CHECKS];

export const gateways: Scenario = {
  name: "gateways",
  title:
    "Stacks with more than one device: a host's own macvlan, gateways, virtual routers, changes under a conversation",
  claims: [...new Set(checks.flatMap(({ claim }) => claim ?? []))],
  slow: false,
  privileged: false,
  checks,
};
