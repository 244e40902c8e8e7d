/** Small worlds of stacks: a lower device and what is on it, up and read, source lists as their set-up says. */
import type { Mac } from "../model/topology.ts";
import type { EndpointKind, Mode } from "../model/vocabulary.ts";
import { addEndpoint, bringUp } from "./control.ts";
import type { Judge } from "./judge.ts";
import type { Refusal } from "./step.ts";
import type { Place, World } from "./world.ts";

export interface StacksStation {
  readonly name: Place;
  readonly kind: EndpointKind;
  readonly mode: Mode;
}

export const LOWER: Place = "lower";
export const EXTERNAL: Place = "external";

const address = (number: number): Mac => `02:6d:00:00:01:${number.toString(16).padStart(2, "0")}`;

/** Everybody is on everybody's list. */
export function stacksWorld(
  stations: readonly StacksStation[],
  reflectiveRelay: boolean,
  judge: Judge,
): { readonly world: World; readonly error?: Refusal } {
  const addresses = stations.map((_, index) => address(index + 1));
  const external = { name: EXTERNAL, port: "port-external", address: address(0xee) };
  const lowers = [{ name: LOWER, port: "port", address: address(0xff), mtu: 1500 }];
  let world: World = { lowers, stations: [], external, reflectiveRelay };
  for (const [index, { name, kind, mode }] of stations.entries()) {
    const own = addresses[index] as Mac;
    const sources = mode === "source" ? { sources: [...addresses, external.address].filter((one) => one !== own) } : {};
    const request = {
      name,
      lower: LOWER,
      kind,
      mode,
      generated: own,
      ...(mode === "passthru" ? {} : { address: own }),
    };
    for (const step of [addEndpoint({ ...request, ...sources }), bringUp(name)]) {
      const { world: next, error } = step(world, judge);
      if (error) return { world, error };
      world = next;
    }
  }
  return { world: { ...world, stations: world.stations.map((station) => ({ ...station, open: true })) } };
}
