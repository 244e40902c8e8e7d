/** Looks at what the kernel tells of a device, and of its node: no traffic. */
import type { Role } from "./check-step.ts";

/** What is told of a device. */
export const SHOWN = [
  "kind",
  "below",
  "namespace",
  "index",
  "state",
  "whose-address",
  "promiscuity",
  "nopromisc",
  "nodst",
  "bcqueuelen",
  "txqueuelen",
  "sources",
  "node",
] as const;
export type Shown = (typeof SHOWN)[number];

/**
 * The value is one text, `absent` where the device does not exist any more.
 * - `kind`: `macvlan`, `macvtap`, `tun` for an ordinary tap, `veth`.
 * - `below`: whose device the kernel says it is on: `lower`, an endpoint's name, or `nobody`.
 * - `namespace`: `home` or `away`. `index`: whether its interface index is the `fixed` one, or `another`.
 * - `state`: `up` or `down` as it was told to be, then the operational state in the kernel's words: `up lowerlayerdown`.
 * - `whose-address`: whose it was that it has now, see `WhoseAddress`; `generated` where it is nobody's.
 * - `promiscuity`: how often it was asked to take every frame; `nopromisc`, `nodst`: `on` or `off`.
 * - `bcqueuelen`: what it asks for, and what its lower device uses, the largest asked for: `asked 5, used 1000`; `unknown`
 *   to the kernel.
 * - `sources`: who is on the source list, in the order of names; `nobody`.
 * - `node`: the character device that bears its interface index: `tapN 600 0:0, first`: mode, owner, whose
 *   device it is by number (`nobody`: nobody's that is left); `none`.
 *
 * `relay`: what each way to ask says of the port: `sysfs=on brctl=on bridge=on ip=on`.
 * `mode-names`: those the last step's refusal lists.
 */
export type ShownLook =
  | { readonly look: Shown; readonly device: Role | "lower" }
  | { readonly look: "relay" }
  | { readonly look: "mode-names" };

export function isShown(look: { readonly look: string }): look is ShownLook {
  return look.look === "relay" || look.look === "mode-names" || SHOWN.some((shown) => shown === look.look);
}
