/** Faults the kernel itself has to tell of: it complains, crashes, hangs or leaks. */
import type { Fault } from "../fault.ts";

/** Unicast of a bridge endpoint to a vepa sibling. */
const TO_VEPA = "dest && dest->mode == MACVLAN_MODE_VEPA";
const beforeDestinationIsJudged = (statement: string) => [
  {
    function: "macvlan_queue_xmit",
    find: /if \(dest && dest->mode == MACVLAN_MODE_BRIDGE\)/,
    replace: `if (${TO_VEPA}) { ${statement} }\n$&`,
  },
];

export const FINDING_FAULTS: readonly Fault[] = [
  {
    name: "warning",
    what: "a bridge endpoint's unicast to a vepa sibling trips a WARN",
    edits: beforeDestinationIsJudged("WARN_ON_ONCE(1);"),
    caughtBy: { by: "finding", kinds: ["warning"], title: /^WARNING: .*macvlan_queue_xmit/ },
  },
  {
    name: "null-pointer",
    what: "a bridge endpoint's unicast to a vepa sibling follows a null pointer",
    edits: beforeDestinationIsJudged("WRITE_ONCE(*(int *)8, 1);"),
    caughtBy: { by: "finding", kinds: ["oops"], title: /^BUG: .*NULL pointer.*macvlan_/ },
  },
  {
    name: "bug-in-interrupt",
    what: "a unicast frame for a source endpoint trips a BUG in the receive handler",
    edits: [
      {
        function: "macvlan_handle_frame",
        find: /if \(!vlan \|\| vlan->mode == MACVLAN_MODE_SOURCE\)/,
        replace: "BUG_ON(vlan && vlan->mode == MACVLAN_MODE_SOURCE);\n$&",
      },
    ],
    caughtBy: { by: "finding", kinds: ["oops", "panic", "bug"], title: /macvlan_/ },
  },
  {
    name: "endless-transmit",
    what: "a bridge endpoint's unicast to a vepa sibling never comes out of the transmit function",
    edits: beforeDestinationIsJudged("for (;;) cpu_relax();"),
    caughtBy: { by: "finding", kinds: ["soft-lockup", "hard-lockup", "rcu-stall", "hang"], title: /./ },
  },
  {
    name: "endless-broadcast-work",
    what: "the work that floods group frames never ends",
    edits: [
      {
        function: "macvlan_process_broadcast",
        find: /__skb_queue_head_init\(&list\);/,
        replace: "$&\nfor (;;) cpu_relax();",
      },
    ],
    caughtBy: { by: "finding", kinds: ["soft-lockup", "hard-lockup", "rcu-stall", "workqueue-stall", "hang"], title: /./ },
  },
  {
    name: "endless-polite-work",
    what: "the work that floods group frames never ends, and yields the processor",
    edits: [
      {
        function: "macvlan_process_broadcast",
        find: /__skb_queue_head_init\(&list\);/,
        replace: "$&\nfor (;;) cond_resched();",
      },
    ],
    caughtBy: { by: "finding", kinds: ["hung-task", "workqueue-stall", "hang"], title: /./ },
  },
  {
    name: "deadlock",
    what: "bringing an endpoint up waits for a lock it holds",
    edits: [{ function: "macvlan_open", find: /err = -EADDRINUSE;/, replace: "rtnl_lock();\n$&" }],
    caughtBy: { by: "finding", kinds: ["hung-task", "hang"], title: /./ },
  },
  {
    name: "buffer-leak",
    what: "a flooded group frame is never freed",
    edits: [{ function: "macvlan_process_broadcast", find: /consume_skb\(skb\);/, replace: "" }],
    caughtBy: { by: "finding", kinds: ["memory-leak"], title: /./ },
  },
  {
    name: "device-reference-leak",
    what: "a sibling's group frame that comes back keeps a reference to its sender",
    edits: [{ function: "macvlan_process_broadcast", find: /dev_put\(src->dev\);/, replace: ";" }],
    caughtBy: { by: "finding", kinds: ["device-reference"], title: /unregister_netdevice: waiting/ },
  },
  {
    name: "device-reference-lost",
    what: "a sibling's group frame that comes back gives a reference to its sender back twice",
    edits: [{ function: "macvlan_process_broadcast", find: /dev_put\(src->dev\);/, replace: "{ dev_put(src->dev); dev_put(src->dev); }" }],
    caughtBy: { by: "finding", kinds: ["device-reference", "refcount"], title: /./ },
  },
  {
    name: "does-not-load",
    what: "the module refuses to be loaded",
    edits: [{ function: "macvlan_init_module", find: /int err;/, replace: "int err;\n\nif (1) return -EINVAL;" }],
    caughtBy: { by: "finding", kinds: ["boot-failed"], title: /macvlan/ },
  },
];
