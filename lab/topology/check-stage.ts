/**
 * Where worlds of checks stand. What a check asks of one kernel alone stands in one place; where frames are to cross a switch that
 * is elsewhere, the world's switch and external host stand there, and all else of it where the lower device is.
 */
import { CHECK_CABLES } from "./cabling.ts";
import type { CheckWorld } from "./check-world.ts";
import { type Part, type Stage, whole } from "./stage.ts";

/** Worlds that stand side by side. */
export interface StandingWorlds {
  readonly worlds: readonly CheckWorld[];
  readonly stage: Stage;
}

/** All of them at once, in one place; or so many at a time as there are cables, behind those that need none. */
export function standingWorlds(
  worlds: readonly CheckWorld[],
  stageOf: (topologies: readonly CheckWorld["topology"][]) => Stage,
): StandingWorlds[] {
  const [{ executor }] = stageOf([]).parts as [Part];
  if (stageOf([]).parts.length === 1) return [{ worlds, stage: whole(executor) }];
  const alone = worlds.filter(({ hasSwitch }) => !hasSwitch);
  const crossing = worlds.filter(({ hasSwitch }) => hasSwitch);
  const turns = Array.from({ length: Math.ceil(crossing.length / CHECK_CABLES) }, (_, turn) => {
    const some = crossing.slice(turn * CHECK_CABLES, (turn + 1) * CHECK_CABLES);
    return { worlds: some, stage: split(some, stageOf(some.map(({ topology }) => topology))) };
  });
  return [...(alone.length > 0 ? [{ worlds: alone, stage: whole(executor) }] : []), ...turns];
}

/** Devices a scene or an interlude adds are the world's as well: all that is not the switch's is where the first part is. */
function split(worlds: readonly CheckWorld[], { parts }: Stage): Stage {
  const [first, last] = [parts[0], parts.at(-1)] as [Part, Part];
  const names = worlds.flatMap(({ lower, topology }) => {
    const { external } = topology;
    return [topology.switch, lower.port, external.name, external.port];
  });
  const atSwitch = new Set(names);
  return {
    parts: [
      { ...first, has: (device) => !atSwitch.has(device) },
      { ...last, has: (device) => atSwitch.has(device) },
    ],
  };
}

/** The part of worlds where their lower devices are, and that where their switches are. */
export function partsOf({ parts }: Stage): { readonly tested: Part; readonly switched: Part } {
  return { tested: parts[0] as Part, switched: parts.at(-1) as Part };
}
