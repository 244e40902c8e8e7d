/**
 * A site across cables: the switch, its ports and the external host stand beside one another, all else is in the guest under
 * test. Which card is which end of a cable is the place's matter.
 */
import type { Topology } from "../model/topology.ts";
import type { Site } from "./site.ts";
import type { Part, Stage } from "./stage.ts";

/** Parts of it tell of devices and namespaces alike whether they are there. */
export function siteStage(stageFor: (topologies: readonly Topology[]) => Stage, site: Site): Stage {
  const { parts } = stageFor([topologyOf(site)]);
  const [first, last] = [parts[0] as Part, parts.at(-1) as Part];
  if (first === last) return { parts };
  const ports = site.parts.flatMap(({ cables }) => cables.map(({ port }) => port));
  const beyond = new Set([site.switch, site.outside.name, site.outside.namespace, ...ports]);
  return {
    parts: [
      { ...first, has: (name) => !beyond.has(name) },
      { ...last, has: (name) => beyond.has(name) },
    ],
  };
}

/** What is cabled, and to what. */
function topologyOf({ switch: name, outside, parts }: Site): Topology {
  const lowers = parts.flatMap(({ cables }) => cables).filter((cable) => cable.name !== outside.name);
  return { switch: name, lowers, endpoints: [], external: outside };
}
