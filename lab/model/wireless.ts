/** What is asked of a wireless lower device, as readonly data. */
import type { EndpointKind, Mode } from "./vocabulary.ts";

/** One question about the air between a station and its access point. */
export interface WirelessSpec {
  readonly id: string;
  /** Id of CLAIMS.md, where it bears on one. */
  readonly claim?: string;
  readonly text: string;
  /** Whether station and access point speak 4-address frames (`iw set 4addr on`, hostapd's `wds_sta=1`). */
  readonly fourAddress: boolean;
  readonly ask: WirelessAsk;
}

/** What talks: an endpoint on the station's interface, or the station's own stack. */
export type WirelessParty = "station" | { readonly kind: EndpointKind; readonly mode: Mode };

/**
 * The value is one text.
 * - `frame`: one frame between the party and the access point's host, `out` to it or `in` from it.
 *   `air=WHO/FORM[+...] delivered=N`: every time it was on the air, as whose transmission (by the frame's transmitter
 *   address: `endpoint`, `station`, `access-point`) in which form (`3-address`, `4-address`), or `none`; and the copies
 *   handed to the other end, counted as a cell counts them. Of one that goes out also `answer=`: what the access point
 *   then sent to the party's address by itself: `none`, or `deauthentication/REASON`.
 * - `ping`: three ICMP echo requests from the party's stack to the access point's host, nothing in the neighbour tables
 *   before: `reached` where one was answered, else `not reached`.
 * - `bridge-port`: the errno name a Linux bridge refuses the station's own interface with, or `none`.
 */
export type WirelessAsk =
  | {
      readonly what: "frame";
      readonly party: WirelessParty;
      readonly direction: "out" | "in";
      readonly to: "unicast" | "broadcast";
    }
  | { readonly what: "ping"; readonly party: WirelessParty }
  | { readonly what: "bridge-port" };
