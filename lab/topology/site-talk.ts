/** What is said at a site, and when: turns are in order, first those without reflective relay. */
import type { Setting, SitePart } from "./site.ts";

/** What one stack says to another. */
export interface SiteTalk {
  /** Of the check it is for; unique among its talks together with `name`. */
  readonly check: string;
  readonly name: string;
  readonly word: "icmp" | "icmpv6" | "tcp" | "udp";
  readonly bytes: number;
  /** The device it is expected to leave by. */
  readonly from: string;
  /** The devices of the stack it is said to. */
  readonly to: readonly string[];
  readonly source: string;
  readonly destination: string;
  /** The address its source is hidden behind on the way. */
  readonly alias?: string;
}

/** What is said at once does not teach one talk's stacks what another's ask for. */
export interface SiteTurn {
  readonly reflectiveRelay: boolean;
  readonly turn: number;
  readonly talks?: readonly SiteTalk[];
  /** Shell lines that change something before; they can be run more than once. */
  readonly changes?: readonly string[];
  readonly settings?: readonly Setting[];
  /** Devices that hear nothing meanwhile. */
  readonly deaf?: readonly string[];
  /** Milliseconds a guest may stand still while something changes, where what comes of it depends on that. */
  readonly patience?: number;
  /** Milliseconds of silence that end a try, where it is more than the usual. */
  readonly quiet?: number;
}

/** What a kind of set-up needs to be there and to be said, for all checks of its kind. */
export interface Arranged {
  readonly parts: readonly SitePart[];
  readonly turns: readonly SiteTurn[];
}

/** Bytes of an echo. */
export const ECHO_BYTES = 56;
