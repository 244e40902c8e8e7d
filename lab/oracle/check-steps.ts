/** The steps of a check, and the lower device they are taken on. */
import { isChange } from "../model/check-step.ts";
import type { CheckStep } from "../model/scenario.ts";
import type { Mac } from "../model/topology.ts";
import { changeOf } from "./change.ts";
import type { LowerCondition } from "./condition.ts";
import { addEndpoint, bringUp, setLowerMtu, setMode, setMtu } from "./control.ts";
import type { Judge } from "./judge.ts";
import type { Outcome, Step } from "./step.ts";
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

const OTHERS = {
  lower: LOWER.address,
  external: EXTERNAL.address,
  spare: "02:6d:00:00:01:0b",
  group: "03:6d:00:c0:ff:ee",
  zero: "00:00:00:00:00:00",
} as const;

/** What a step does to the world. */
export function stepOf(world: World, step: CheckStep): (world: World, judge: Judge) => Outcome {
  if (isChange(step)) return changeOf(step, (whose) => addressMeant(world, whose));
  if (step.do === "add") return addEndpoint(endpointOf(world, step));
  if (step.do === "set-mode") return setMode(step.device, step.mode);
  if (step.do === "set-mtu")
    return step.device === "lower" ? setLowerMtu("lower", step.mtu) : setMtu(step.device, step.mtu);
  if (step.device === "port") return bringLowerUp({ unplugged: false });
  return step.device === "lower" ? bringLowerUp({ down: false }) : bringUp(step.device);
}

function bringLowerUp(condition: Pick<LowerCondition, "down" | "unplugged">): Step {
  return (world) => {
    if (world.lowers.length === 0) return { world, error: "ENODEV" };
    return { world: { ...world, lowers: world.lowers.map((lower) => ({ ...lower, ...condition })) } };
  };
}

/** Whose address it is by the name of it, and the other way round. */
function addressMeant(world: World, whose: string): Mac {
  if (Object.hasOwn(OTHERS, whose)) return OTHERS[whose as keyof typeof OTHERS];
  const name = whose as Name;
  return world.stations.find((station) => station.name === name)?.address ?? GIVEN[name];
}

export function whoseIs(address: Mac): string {
  const named: [string, Mac][] = [...Object.entries(OTHERS), ...Object.entries(GIVEN)];
  return named.find(([, other]) => other === address)?.[0] ?? "generated";
}

function endpointOf(world: World, { endpoint: name, request }: CheckStep & { readonly do: "add" }) {
  const { kind, mode, address, mtu, sources, nodst, on, named, index, nopromisc, bcqueuelen } = request;
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
    ...(on && { on }),
    condition: {
      ...(isAway(world, request.in, on) && { namespace: "away" as const }),
      ...(named && { called: named }),
      ...(index && { index }),
      ...(nopromisc && { nopromisc }),
      ...(bcqueuelen !== undefined && { queue: bcqueuelen }),
    },
  };
}

/** Where nothing is said it is made beside what it is made on. */
function isAway(world: World, asked: "away" | undefined, on: Name | undefined): boolean {
  const base = on === undefined ? world.lowers[0] : world.stations.find(({ name }) => name === on);
  return asked === "away" || base?.namespace === "away";
}

function wantedAddress(world: World, name: Name, address: "given" | "lower" | "sibling" | "group"): Mac {
  if (address === "group") return OTHERS.group;
  if (address === "lower") return LOWER.address;
  return address === "given" ? GIVEN[name] : (world.stations.at(-1)?.address ?? GIVEN[name]);
}

function listedAddress(world: World, listed: "first" | "second" | "external"): Mac {
  return addressAt(world, listed) ?? (listed === "external" ? EXTERNAL.address : GIVEN[listed]);
}
