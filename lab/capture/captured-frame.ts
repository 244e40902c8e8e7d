/** What a capture file holds, as plain data: frames, the interfaces they were seen on, and what was lost. No I/O. */
import type { Direction } from "../model/vocabulary.ts";

/** `LINKTYPE_ETHERNET`: frames begin with an Ethernet header. */
export const LINKTYPE_ETHERNET = 1;

/** Largest frame written or believed, in bytes; Wireshark's own limit for Ethernet. */
export const MAX_FRAME_LENGTH = 262_144;

export const RECEPTIONS = ["unicast", "multicast", "broadcast", "promiscuous"] as const;
/** Why an interface took a frame, in the order of the numbers (from 1) pcapng gives them. */
export type Reception = (typeof RECEPTIONS)[number];

export interface CaptureInterface {
  /** Position in the file, from 0, counted over all its sections. */
  readonly index: number;
  /** `LINKTYPE_*` number; 1 is Ethernet. */
  readonly linkType: number;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

export interface CapturedFrame {
  /** Wireshark's `frame.number`, from 1. */
  readonly number: number;
  readonly interface: CaptureInterface;
  /** Whole seconds since 1970; 0 in a simple packet block, which records no time. */
  readonly seconds: number;
  /** Nanoseconds within the second, 0 to 999 999 999. */
  readonly nanoseconds: number;
  readonly direction?: Direction | undefined;
  readonly reception?: Reception | undefined;
  /** The bytes captured: a view into what the source handed over. */
  readonly data: Uint8Array;
  /** Bytes the frame had on the wire; more than `data` when the capture cut it off. */
  readonly originalLength: number;
  readonly comments: readonly string[];
  /** Frames this interface lost just before this one, where the file says so. */
  readonly droppedBefore?: number | undefined;
}

/** One interface's counters as the capturing program left them; a counter it did not write is absent. */
export interface InterfaceStatistics {
  readonly interface: CaptureInterface;
  readonly received?: number | undefined;
  /** Lost by the interface or for want of buffer. */
  readonly dropped?: number | undefined;
  /** Lost by the operating system. */
  readonly droppedBySystem?: number | undefined;
}
