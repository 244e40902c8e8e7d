/** Tap points in words. */
import type { TapPoint } from "../lab/model/vocabulary.ts";

export const PLACES: Readonly<Record<TapPoint, string>> = {
  endpoint: "the sender",
  lower: "the sender's lower device",
  switchPort: "the switch port it is cabled to",
  destinationSwitchPort: "the destination's switch port",
  destinationLower: "the destination's lower device",
  destination: "the destination",
  externalPort: "the external host's switch port",
};
