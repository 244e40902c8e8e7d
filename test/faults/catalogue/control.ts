/** Faults of making and changing endpoints. */
import { type Cell, excludesEachOther } from "../../../lab/model/cell.ts";
import type { Deviation, Fault } from "../fault.ts";

/** A second passthru endpoint is still refused, for not being the first endpoint. */
function besidePassthru(cell: Cell): Deviation {
  const both = cell.source.mode === "passthru" && cell.destination.mode === "passthru";
  return excludesEachOther(cell) && !both ? "built" : undefined;
}

/** Refusals are tried side by side on shared lower devices: one that does not come changes what the next one meets. */
function maybePassthru({ source, destination }: Cell): Deviation {
  return source.mode === "passthru" || destination.mode === "passthru" ? "may" : undefined;
}

export const CONTROL_FAULTS: readonly Fault[] = [
  {
    name: "default-mode-private",
    what: "an endpoint made without naming a mode is in private mode",
    edits: [
      {
        function: "macvlan_common_newlink",
        find: /vlan->mode\s*= MACVLAN_MODE_VEPA/,
        replace: "vlan->mode = MACVLAN_MODE_PRIVATE",
      },
    ],
    caughtBy: { by: "rules", rules: { "mode-default": () => false } },
  },
  {
    name: "mode-change-not-in-force",
    what: "a changed mode is accepted and not taken over",
    edits: [{ function: "macvlan_changelink", find: /vlan->mode = mode;/, replace: ";" }],
    caughtBy: { by: "rules", rules: { "mode-changes-at-once": () => false } },
  },
  {
    name: "passthru-into-others",
    what: "an endpoint may be changed to passthru and away from it",
    edits: [
      {
        function: "macvlan_changelink",
        find: /\(mode == MACVLAN_MODE_PASSTHRU\) !=\s*\(vlan->mode == MACVLAN_MODE_PASSTHRU\)/,
        replace: "0",
      },
    ],
    caughtBy: { by: "rules", rules: { "passthru-is-for-life": () => false } },
  },
  {
    name: "passthru-not-exclusive",
    what: "a lower device with a passthru endpoint takes further endpoints",
    also: ["7.2"],
    edits: [{ function: "macvlan_common_newlink", find: /macvlan_passthru\(port\)/, replace: "0" }],
    caughtBy: { by: "rules", rules: { "passthru-closes-lower": () => false }, cells: besidePassthru },
  },
  {
    name: "passthru-beside-others",
    what: "a passthru endpoint is made where there are endpoints already",
    edits: [{ function: "macvlan_common_newlink", find: /if \(port->count\)/, replace: "if (0)" }],
    caughtBy: { by: "rules", rules: { "passthru-needs-empty-lower": () => false }, cells: maybePassthru },
  },
  {
    name: "source-list-in-any-mode",
    what: "a source list is accepted for an endpoint that is not in source mode",
    edits: [{ function: "macvlan_common_newlink", find: /vlan->mode != MACVLAN_MODE_SOURCE/, replace: "0" }],
    caughtBy: { by: "rules", rules: { "list-needs-source-mode": () => false } },
  },
  {
    name: "source-list-outlives-mode",
    what: "leaving source mode keeps the source list",
    edits: [
      {
        function: "macvlan_changelink",
        find: /macvlan_flush_sources\(vlan->port, vlan\)/,
        replace: "vlan->mode = mode",
      },
    ],
    caughtBy: {
      by: "rules",
      rules: { "leaving-source-empties-list": () => false },
    },
  },
  {
    name: "passthru-keeps-its-address",
    what: "a passthru endpoint has an address of its own",
    edits: [{ function: "macvlan_common_newlink", find: /eth_hw_addr_inherit\(dev, lowerdev\);/, replace: "" }],
    caughtBy: {
      by: "rules",
      rules: { "passthru-takes-lower-address": () => false },
      cells: maybePassthru,
      untold: /^address-passthru-given$/,
    },
  },
  {
    name: "busy-address-comes-up",
    what: "an endpoint comes up with an address that is in use",
    edits: [{ function: "macvlan_open", find: /macvlan_addr_busy\(vlan->port, dev->dev_addr\)/, replace: "0" }],
    caughtBy: { by: "rules", rules: { "lower-address-busy": () => false, "sibling-address-busy": () => false } },
  },
  {
    name: "mtu-not-inherited",
    what: "an endpoint made without an MTU gets 1500 whatever its lower device's",
    edits: [{ function: "macvlan_common_newlink", find: /dev->mtu = lowerdev->mtu;/, replace: "dev->mtu = 1500;" }],
    caughtBy: { by: "rules", rules: { "mtu-inherited": () => false } },
  },
  {
    name: "mtu-above-lower-made",
    what: "an endpoint is made with an MTU above its lower device's",
    edits: [{ function: "macvlan_common_newlink", find: /dev->mtu > lowerdev->mtu/, replace: "0" }],
    caughtBy: { by: "rules", rules: { "mtu-above-lower": () => false } },
  },
  {
    name: "mtu-above-lower-set",
    what: "an endpoint's MTU is raised above its lower device's",
    edits: [{ function: "macvlan_change_mtu", find: /vlan->lowerdev->mtu < new_mtu/, replace: "0" }],
    caughtBy: { by: "rules", rules: { "mtu-raised-above-lower": () => false } },
  },
  {
    name: "mtu-stays-above",
    what: "an endpoint's MTU stays where it was when its lower device's is lowered",
    edits: [{ function: "macvlan_device_event", find: /vlan->dev->mtu <= dev->mtu/, replace: "1" }],
    caughtBy: { by: "rules", rules: { "mtu-follows-down": () => false } },
  },
];
