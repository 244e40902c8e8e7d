/** Where a scenario's conversations are held: between stand-ins, or between an engine's containers. */
import type { Conversation } from "../model/cell.ts";
import type { Scenario } from "../model/scenario.ts";
import { containerPlace } from "./container-place.ts";
import { type Neighbourhood, neighbourhoodOf } from "./residents.ts";

/** Only who talks is in it. */
export function talkingPlace({ engine }: Pick<Scenario, "engine">, asked: readonly Conversation[]): Neighbourhood {
  return engine ? containerPlace(asked) : neighbourhoodOf(asked, true);
}
