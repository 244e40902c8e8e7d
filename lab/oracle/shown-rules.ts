/** Which rules what is shown can rest on: they are quoted for it where they decided. */
import type { ShownLook } from "../model/shown-look.ts";
import type { RuleId } from "./rules.ts";

const rules = (...ids: readonly RuleId[]): ReadonlySet<RuleId> => new Set(ids);

const MAC = rules(
  "passthru-takes-lower-address",
  "address-generated",
  "own-address-is-no-change",
  "passthru-changes-lower",
  "passthru-follows-lower",
  "lower-asks-nobody",
  "lower-change-is-kept",
  "passthru-hands-back",
  "moving-takes-down",
  "not-the-lower-address",
  "not-a-siblings-address",
  "changed-to-a-stations-address",
);
const NODE = rules("macvtap-has-a-node", "node-is-there-already", "node-goes-with-its-own", "index-taken-there");

export const SHOWN_RULES: Readonly<Record<ShownLook["look"], ReadonlySet<RuleId>>> = {
  kind: rules("macvtap-has-a-node", "tun-makes-no-macvtap", "endpoints-go-with-lower"),
  below: rules("nested-on-the-real-one", "moving-takes-down", "endpoints-go-with-lower"),
  namespace: rules("moving-takes-down", "nested-on-the-real-one", "name-taken-there", "endpoints-go-with-lower"),
  index: rules("index-taken-there"),
  state: rules("carrier-follows-lower", "lower-seen-from-here", "moving-takes-down", "opens-below-closed"),
  "whose-address": MAC,
  promiscuity: rules(
    "endpoints-fill-filter",
    "passthru-takes-all",
    "promiscuous-endpoint-takes-all",
    "idle-switch-counts",
    "moved-lower-forgets",
  ),
  nopromisc: rules("two-flags", "nopromisc-is-guarded", "flags-are-told"),
  nodst: rules("two-flags", "flags-are-told"),
  bcqueuelen: rules("queue-length-known"),
  txqueuelen: rules("macvtap-queues-500"),
  sources: rules(
    "set-empties-list",
    "listed-once",
    "leaving-source-empties-list",
    "list-of-stations",
    "list-needs-source-mode",
    "moving-takes-down",
  ),
  node: NODE,
  relay: rules("one-switch"),
  "mode-names": rules("five-modes"),
};
