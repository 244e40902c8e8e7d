/** The steps checks are written in, short. */
import type { CheckStep, EndpointRequest } from "../../lab/model/scenario.ts";
import type { Mode } from "../../lab/model/vocabulary.ts";

type Name = "first" | "second" | "third";

export const add = (
  endpoint: Name,
  request: Omit<EndpointRequest, "kind"> & Partial<EndpointRequest> = {},
): CheckStep => ({
  do: "add",
  endpoint,
  request: { kind: "macvlan", ...request },
});

export const up = (...devices: readonly Name[]): CheckStep[] => devices.map((device) => ({ do: "up", device }));

export const setMode = (device: Name, mode: Mode): CheckStep => ({ do: "set-mode", device, mode });

export const setMtu = (device: Name | "lower", mtu: number): CheckStep => ({ do: "set-mtu", device, mtu });
