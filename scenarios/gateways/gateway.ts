/** H3: the host's macvlan as the endpoints' gateway to its lower device's subnet. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import type { Gateway } from "../../lab/model/stacks-look.ts";
import { ENDPOINT_KINDS, MODES } from "../../lab/model/vocabulary.ts";

const modes = MODES.filter((mode) => mode !== "passthru");

function checkOf(setUp: Omit<Gateway, "what">, reflectiveRelay: boolean): CheckSpec {
  const { host, endpoint, masquerade } = setUp;
  const how = [masquerade ? "nat" : "no-nat", `relay-${reflectiveRelay ? "on" : "off"}`];
  return {
    id: `gateway-${host}-${endpoint.kind}-${endpoint.mode}-${how.join("-")}`,
    claim: "H3",
    text: `a ${endpoint.mode} ${endpoint.kind} reaches beyond its lower device by the host's ${host} macvlan`,
    reflectiveRelay,
    steps: [],
    look: { look: "stacks", setUp: { what: "gateway", ...setUp } },
  };
}

const endpoints = ENDPOINT_KINDS.flatMap((kind) => modes.map((mode) => ({ kind, mode })));

export const GATEWAY_CHECKS: readonly CheckSpec[] = [
  ...endpoints.flatMap((endpoint) =>
    [false, true].map((relay) => checkOf({ host: "bridge", endpoint, masquerade: true }, relay)),
  ),
  ...endpoints.map((endpoint) => checkOf({ host: "vepa", endpoint, masquerade: true }, true)),
  ...ENDPOINT_KINDS.map((kind) =>
    checkOf({ host: "bridge", endpoint: { kind, mode: "bridge" }, masquerade: false }, false),
  ),
];
