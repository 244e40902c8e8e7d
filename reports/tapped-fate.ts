/**
 * What became of a frame that no kernel told of: from the farthest tap on the way to its destination that saw it. A flood
 * has branches, so what was seen last in time may be another branch's end, and decides nothing. Pure.
 */
import type { CellResult } from "../lab/model/results.ts";
import type { Direction, TapPoint } from "../lab/model/vocabulary.ts";
import { isAmongSiblings, sharesLower, wireText } from "./cell-ends.ts";
import type { Fate } from "./fate.ts";
import { PLACES } from "./places.ts";

interface Told {
  readonly fate: Fate;
  readonly detail: string;
}

type Ends = Pick<CellResult, "placement" | "traffic" | "source" | "destination" | "lower">;
type Stage = "destination" | "arrived" | "port" | "switch" | "lower" | "sender";

const dropped = (detail: string): Told => ({ fate: "dropped at", detail });
const filtered = (detail: string): Told => ({ fate: "filtered without a copy", detail });
const unknown = (detail: string): Told => ({ fate: "unknown", detail });

export function tappedFate(cell: CellResult): Told {
  const { observed, verdict, reason } = cell;
  if (observed.error !== undefined) return unknown(`no frame was sent: refused with ${observed.error}`);
  const isSure = verdict !== "inconclusive";
  if (observed.copies !== undefined && observed.copies > 0)
    return { fate: "delivered", detail: `${isSure ? "" : "at least "}${observed.copies} at the destination` };
  if (!isSure) return unknown(reason ?? "the lab could not tell");
  const stage = observed.copies === undefined ? undefined : farthest(cell);
  return stage ? keptAfter(stage, cell) : unknown("the results hold no way of a frame of this cell");
}

/** Undefined where no tap on the way saw it. */
function farthest(cell: CellResult): Stage | undefined {
  const { path = [] } = cell.observed;
  const seen = ([point, direction]: Passed) => path.some(([tap, way]) => tap === point && way === direction);
  return stagesOf(cell).find(([, passed]) => seen(passed))?.[0];
}

type Passed = readonly [TapPoint, Direction];

/** From the destination back: what a tap has to see of a frame that came so far. */
function stagesOf(ends: Ends): readonly (readonly [Stage, Passed])[] {
  const [isShared, isExternal] = [sharesLower(ends), ends.source.kind === "external-host"];
  const port = isShared ? "switchPort" : toExternal(ends) ? "externalPort" : "destinationSwitchPort";
  return [
    ["destination", ["destination", "in"]],
    ["arrived", [isShared ? "lower" : "destinationLower", "in"]],
    ["port", [port, "out"]],
    ["switch", [isExternal ? "externalPort" : "switchPort", "in"]],
    ["lower", ["lower", "out"]],
    ["sender", ["endpoint", "out"]],
  ];
}

const toExternal = ({ destination }: Ends): boolean => destination.kind === "external-host";

/** The hop after the last that is known to have had it. */
function keptAfter(stage: Stage, ends: Ends): Told {
  if (stage === "destination") return atDestination(ends);
  if (isAmongSiblings(ends)) return fromSibling(stage, ends);
  switch (stage) {
    case "arrived":
      return filtered(`macvlan_handle_frame at ${lowerText(ends)} gave the destination none`);
    case "port":
      return dropped(`the cable to ${toExternal(ends) ? "the external host" : lowerText(ends)}`);
    case "switch":
      return dropped(
        `the external switch (br_handle_frame_finish, should_deliver): it let it out of no port on the way to ${targetText(ends)}`,
      );
    case "lower":
      return dropped(wireText(ends));
    default:
      return dropped(senderText(ends));
  }
}

const lowerText = (ends: Ends): string => PLACES[sharesLower(ends) ? "lower" : "destinationLower"];
const targetText = (ends: Ends): string => (toExternal(ends) ? "the external host" : lowerText(ends));

function senderText(ends: Ends): string {
  if (ends.source.kind === "external-host") return wireText(ends);
  return "the sender's macvlan (macvlan_queue_xmit), before the lower device";
}

/** Its device had it, and no copy was counted: those of a host are counted behind its device, those of a macvtap at its reader. */
function atDestination({ destination }: Ends): Told {
  if (destination.kind === "external-host")
    return filtered("it came to the external host's device, and its stack took it as none of its own");
  if (destination.kind === "lower-host")
    return { fate: "passed to the lower host", detail: "its stack saw it, and took it as none of its own" };
  return filtered("it came to the destination's device, and nobody there took it");
}

/** A bridge endpoint copies its group frames to bridge siblings itself, whatever the switch does. */
function fromSibling(stage: Stage, ends: Ends): Told {
  const own = "the sender's macvlan (macvlan_queue_xmit, macvlan_broadcast) gave its sibling no copy";
  if (stage !== "arrived") return filtered(own);
  return filtered(`${own}, and macvlan_handle_frame at ${lowerText(ends)} gave it none`);
}
