/** The steps of a check, and the lower device they are taken on. */
import type { CheckStep } from "../model/scenario.ts";
import type { Mac } from "../model/topology.ts";
import type { Outcome } from "./control.ts";
import { addEndpoint, bringUp, setLowerMtu, setMode, setMtu } from "./control.ts";
import type { Judge } from "./judge.ts";
import type { World } from "./world.ts";
import { addressAt } from "./world.ts";

type Name = "first" | "second" | "third";

export const LOWER = { name: "lower", port: "port", address: "02:6d:00:00:01:0a", mtu: 1500 };
export const EXTERNAL = { name: "external", port: "port-external", address: "02:6d:00:00:01:0e" };
const GIVEN: Readonly<Record<Name, Mac>> = {
  first: "02:6d:00:00:01:01",
  second: "02:6d:00:00:01:02",
  third: "02:6d:00:00:01:03",
};
export const GENERATED: Readonly<Record<Name, Mac>> = {
  first: "02:6d:00:00:02:01",
  second: "02:6d:00:00:02:02",
  third: "02:6d:00:00:02:03",
};

/** What a step does to the world. */
export function stepOf(world: World, step: CheckStep): (world: World, judge: Judge) => Outcome {
  if (step.do === "add") return addEndpoint(endpointOf(world, step));
  if (step.do === "set-mode") return setMode(step.device, step.mode);
  if (step.do === "set-mtu")
    return step.device === "lower" ? setLowerMtu("lower", step.mtu) : setMtu(step.device, step.mtu);
  return step.device === "lower" ? (unchanged) => ({ world: unchanged }) : bringUp(step.device);
}

function endpointOf(world: World, { endpoint: name, request }: CheckStep & { readonly do: "add" }) {
  const { kind, mode, address, mtu, sources, nodst } = request;
  const wanted = address && wantedAddress(world, name, address);
  return {
    name,
    kind,
    lower: LOWER.name,
    generated: GENERATED[name],
    ...(mode && { mode }),
    ...(wanted && { address: wanted }),
    ...(mtu !== undefined && { mtu }),
    ...(sources && { sources: sources.map((listed) => listedAddress(world, listed)) }),
    ...(nodst && { nodst }),
  };
}

function wantedAddress(world: World, name: Name, address: "given" | "lower" | "sibling"): Mac {
  if (address === "lower") return LOWER.address;
  return address === "given" ? GIVEN[name] : (world.stations.at(-1)?.address ?? GIVEN[name]);
}

function listedAddress(world: World, listed: "first" | "second" | "external"): Mac {
  return addressAt(world, listed) ?? (listed === "external" ? EXTERNAL.address : GIVEN[listed]);
}
