/** Steps of a check that change what is there already: live devices, their namespaces, the switch's port. */

export type Role = "first" | "second" | "third";

/** `home`: where the lower device is made. `away`: another network namespace, one for all checks, empty otherwise. */
export type Namespace = "home" | "away";

/** Ways to switch reflective relay: a file under /sys, `brctl hairpin`, `bridge link set`, `ip link set type bridge_slave`. */
export const RELAY_TOOLS = ["sysfs", "brctl", "bridge", "ip"] as const;
export type RelayTool = (typeof RELAY_TOOLS)[number];

/**
 * Whose address: `spare` is nobody's; `group` and `zero` are none a device can have. A device's is the one it was made
 * with, for an endpoint: was given, or would be.
 */
export type WhoseAddress = Role | "lower" | "spare" | "group" | "zero";

/**
 * What a netlink message says about an endpoint that exists, as numbers of the kernel's interface (`if_link.h`), past
 * what `ip` lets through. `raw`: an attribute of any number, with so many zero bytes.
 */
export interface MacvlanAttributes {
  readonly mode?: number;
  readonly flags?: number;
  readonly raw?: { readonly attribute: number; readonly bytes: number };
}

/**
 * - `set-nopromisc`: names passthru again, with or without the flag.
 * - `set-list`: changes a source list; `group` on it is an address nobody sends from.
 * - `add-tap`: an ordinary tap through /dev/net/tun, as persistent as `ip tuntap` makes it; `delete-tap`: taken away
 *   again by the same way.
 * - `open`: opens the character device of a macvtap, and closes it.
 * - `move`: into a namespace, out of the one it is in.
 * - `down` of the `port` is the cable pulled at the switch.
 * A step on an endpoint is taken where the endpoint is; one that names a device below is where that is looked for.
 */
export type ChangeStep =
  | { readonly do: "down"; readonly device: Role | "lower" | "port" }
  | { readonly do: "delete"; readonly device: Role | "lower" }
  | { readonly do: "move"; readonly device: Role | "lower"; readonly to: Namespace }
  | { readonly do: "set-address"; readonly device: Role | "lower"; readonly address: WhoseAddress }
  | { readonly do: "set-promiscuous"; readonly device: Role; readonly on: boolean }
  | { readonly do: "set-nopromisc"; readonly device: Role; readonly on: boolean }
  | { readonly do: "set-bcqueuelen"; readonly device: Role; readonly length: number }
  | {
      readonly do: "set-list";
      readonly device: Role;
      readonly change: "add" | "del" | "set" | "flush";
      readonly sources: readonly ("first" | "second" | "external" | "group")[];
    }
  | { readonly do: "request"; readonly device: Role; readonly attributes: MacvlanAttributes }
  | { readonly do: "relay"; readonly by: RelayTool; readonly on: boolean }
  | { readonly do: "name-mode"; readonly mode: string }
  | { readonly do: "open"; readonly device: Role }
  | { readonly do: "add-tap"; readonly device: Role }
  | { readonly do: "delete-tap"; readonly device: Role };

const CHANGES = [
  ...["down", "delete", "move", "set-address", "set-promiscuous", "set-nopromisc", "set-bcqueuelen", "set-list"],
  ...["request", "relay", "name-mode", "add-tap", "delete-tap", "open"],
];

export function isChange(step: { readonly do: string }): step is ChangeStep {
  return CHANGES.includes(step.do);
}
