/** Rules of changing what is there: addresses, what the lower device takes, who goes and stays. */
import type { Mac } from "../../model/topology.ts";
import { rule } from "../rule.ts";

const isGroupOrZero = (address: Mac): boolean =>
  address === "00:00:00:00:00:00" || (Number.parseInt(address.slice(0, 2), 16) & 1) === 1;

export const ADDRESS_CHANGE_RULES = {
  "made-with-a-stations-address": rule({
    functions: ["macvlan_validate"],
    text: "an endpoint with a group's address or all zeros is not made: EADDRNOTAVAIL",
    quoted: "when-true",
    decide: isGroupOrZero,
  }),
  "changed-to-a-stations-address": rule({
    functions: ["macvlan_set_mac_address"],
    text: "a group's address or all zeros is refused with EADDRNOTAVAIL",
    quoted: "when-true",
    decide: isGroupOrZero,
  }),
  "own-address-is-no-change": rule({
    functions: ["macvlan_set_mac_address"],
    text: "the address it has already is no change, and in nobody's way",
    quoted: "when-true",
    decide: (same: boolean) => same,
  }),
  "passthru-changes-lower": rule({
    functions: ["macvlan_set_mac_address"],
    text: "a passthru endpoint's new address is given to its lower device",
    quoted: "when-true",
    decide: (passthru: boolean) => passthru,
  }),
  "not-the-lower-address": rule({
    functions: ["macvlan_set_mac_address", "macvlan_addr_busy"],
    text: "an endpoint may not take its lower device's address, up or down: EADDRINUSE",
    decide: (same: boolean) => same,
  }),
  "not-a-siblings-address": rule({
    functions: ["macvlan_set_mac_address", "macvlan_addr_busy", "macvlan_hash_lookup"],
    text: "an endpoint may not take the address of a sibling that is up: EADDRINUSE, of one that is down it may",
    decide: (sameAndUp: boolean) => sameAndUp,
  }),
  "passthru-follows-lower": rule({
    functions: ["macvlan_device_event", "macvlan_sync_address"],
    text: "a passthru endpoint takes over every address its lower device is given, others keep theirs",
    decide: (passthru: boolean) => passthru,
  }),
  "lower-asks-nobody": rule({
    functions: ["macvlan_device_event"],
    text: "a lower device may take any address, that of one of its endpoints too: nothing asks before",
    decide: () => true,
  }),
  "lower-change-is-kept": rule({
    functions: ["macvlan_sync_address"],
    text: "an address the lower device was given itself is what it keeps when the passthru endpoint goes",
    decide: () => true,
  }),
  "passthru-hands-back": rule({
    functions: ["macvlan_port_destroy"],
    text: "with the passthru endpoint its lower device gets the address back that it had before",
    decide: () => true,
  }),
} as const;

export const FILTER_RULES = {
  "endpoints-fill-filter": rule({
    functions: ["macvlan_open"],
    text: "addresses of endpoints that are up go into the lower device's filter, and a lower device without one takes every frame: it counts once for all of them",
    decide: (addresses: number) => addresses > 0,
  }),
  "passthru-takes-all": rule({
    functions: ["macvlan_open"],
    text: "a passthru endpoint that is up makes its lower device promiscuous unless nopromisc is set",
    decide: (nopromisc: boolean) => !nopromisc,
  }),
  "promiscuous-endpoint-takes-all": rule({
    functions: ["macvlan_change_rx_flags"],
    text: "an endpoint told to be promiscuous passes that on, a passthru one does not",
    decide: (passthru: boolean) => !passthru,
  }),
  "idle-switch-counts": rule({
    functions: ["macvlan_changelink"],
    text: "nopromisc switched while the endpoint is down leaves the lower device's count alone",
    varies: ({ idleSwitchCounts }) =>
      idleSwitchCounts
        ? {
            text: "nopromisc switched while the endpoint is down changes the lower device's count all the same, for good",
          }
        : {},
    decide: (counts: boolean) => counts,
  }),
  "moved-lower-forgets": rule({
    functions: ["dev_change_net_namespace"],
    varies: ({ hasInnerMove }) => (hasInnerMove ? { functions: ["__dev_change_net_namespace"] } : {}),
    text: "a lower device that moves loses what was in its filter, and nobody puts the addresses of its endpoints back",
    decide: (moved: boolean) => moved,
  }),
} as const;

export const LIFE_RULES = {
  "endpoints-go-with-lower": rule({
    functions: ["macvlan_device_event"],
    text: "endpoints go with their lower device wherever they are, one that only moves keeps them",
    decide: (unregistering: boolean) => unregistering,
  }),
  "moving-takes-down": rule({
    functions: ["dev_change_net_namespace"],
    varies: ({ hasInnerMove }) => (hasInnerMove ? { functions: ["__dev_change_net_namespace"] } : {}),
    text: "a device that moves is taken down, and keeps its address, mode, list and lower device",
    decide: () => true,
  }),
  "name-taken-there": rule({
    functions: ["dev_change_net_namespace"],
    varies: ({ hasInnerMove }) => (hasInnerMove ? { functions: ["__dev_change_net_namespace"] } : {}),
    text: "a device does not move to where its name is taken: EEXIST",
    quoted: "when-true",
    decide: (taken: boolean) => taken,
  }),
  "nested-on-the-real-one": rule({
    functions: ["macvlan_common_newlink"],
    text: "an endpoint made on an endpoint is made on that one's lower device",
    decide: (nested: boolean) => nested,
  }),
  "opens-below-closed": rule({
    functions: ["macvlan_open"],
    text: "an endpoint comes up whether its lower device is up or not",
    decide: () => true,
  }),
  "carrier-follows-lower": rule({
    functions: ["macvlan_device_event", "macvlan_init"],
    text: "an endpoint has carrier exactly while its lower device has, and stays up or down as it was told",
    decide: (carrier: boolean) => carrier,
  }),
  "lower-seen-from-here": rule({
    functions: ["default_operstate"],
    text: "without carrier an endpoint is lowerlayerdown",
    varies: ({ looksBelowAtHome }) =>
      looksBelowAtHome
        ? {
            text: "without carrier an endpoint is lowerlayerdown where its lower device is in its own namespace, and plainly down elsewhere: it is looked for there",
          }
        : {},
    decide: (elsewhere: boolean, looksAtHome: boolean) => elsewhere && looksAtHome,
  }),
} as const;
