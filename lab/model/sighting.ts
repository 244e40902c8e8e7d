/** What was seen of one frame at one place: the raw material of observations. */
import { interfaceOf, type Node } from "./topology.ts";
import type { PacketType } from "./vocabulary.ts";

/**
 * `tap`: a packet socket on the interface, both directions, before any receive handler. `host`: a socket bound to the
 * probe's EtherType, behind the handlers. `device`: a macvtap's character device.
 */
export type TapKind = "tap" | "host" | "device";

/** A place frames are observed: one of an interface's taps. */
export interface Tap {
  readonly interface: string;
  readonly tap: TapKind;
}

/** The tap a node's copies are counted at: its device, or behind the handlers of the interface its host owns. */
export function countingTap(node: Node): Tap {
  const tap = node.kind !== "endpoint" ? "host" : node.endpoint.kind === "macvtap" ? "device" : "tap";
  return { interface: interfaceOf(node), tap };
}

export interface Sighting extends Tap {
  /** `outgoing` where the frame left; from a character device read: `host`, for want of better. */
  readonly packetType: PacketType;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  /** Frame number in the capture, from 1. */
  readonly frame: number;
}

/** All that is known of one frame that was sent. */
export interface FrameRecord {
  /** 0, or the errno the device refused it with. */
  readonly sendResult: number;
  /** Nanoseconds since the epoch, by the sender's clock: good to show, too coarse to order by. */
  readonly sentAt: bigint;
  /** Which of the frames sent it was, from 1: the order they were handed to their devices in. */
  readonly order: number;
  /** In the order of time. */
  readonly sightings: readonly Sighting[];
}

/** Name of a tap's interface in a capture file: `low-a`, `low-a:host`, `a-mvt-vep1:device`. */
export function captureInterface(interfaceName: string, tap: TapKind): string {
  return tap === "tap" ? interfaceName : `${interfaceName}:${tap}`;
}
