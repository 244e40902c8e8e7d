/** Faults the kernel itself has to tell of: it complains, crashes, hangs or leaks. */
import type { Cell } from "../../../lab/model/cell.ts";
import type { Edit, Fault } from "../fault.ts";

/** What a bridge endpoint does with unicast to a vepa sibling, before it does anything else. */
const toVepa = (statement: string): Edit[] => [
  {
    function: "macvlan_queue_xmit",
    find: /if \(dest && dest->mode == MACVLAN_MODE_BRIDGE\)/,
    replace: `if (dest && dest->mode == MACVLAN_MODE_VEPA) { ${statement} }\n$&`,
  },
];
const isToVepa = ({ source, destination }: Cell) => source.mode === "bridge" && destination.mode === "vepa";

/** Of these the first is to vepa. */
const FEW_UNICAST = /same-lower relay-off unicast macvlan\/bridge>macvlan\/(vepa|private)$/;
const SOME_UNICAST = /same-lower relay-off unicast \w+\/bridge>\w+\/(vepa|private|bridge)$/;
const SOME_BROADCAST = /same-lower relay-on broadcast macvlan\/(private|vepa)>macvlan\/bridge$/;
const FEW_BROADCAST = /same-lower relay-on broadcast macvlan\/vepa>macvlan\/bridge$/;

const CRASHES: readonly Fault[] = [
  {
    name: "warning",
    what: "a bridge endpoint's unicast to a vepa sibling trips a WARN",
    also: ["7.2"],
    edits: toVepa("WARN_ON_ONCE(1);"),
    caughtBy: { by: "finding", kinds: ["warning"], title: /^WARNING in macvlan_/, asks: SOME_UNICAST },
  },
  {
    name: "null-pointer",
    what: "a bridge endpoint's unicast to a vepa sibling follows a null pointer",
    edits: toVepa("WRITE_ONCE(*(int *)8, 1);"),
    caughtBy: {
      by: "finding",
      kinds: ["oops"],
      title: /^BUG: .*NULL pointer dereference in macvlan_/,
      asks: SOME_UNICAST,
      lost: isToVepa,
    },
  },
  {
    name: "bug-in-interrupt",
    what: "a private endpoint's broadcast that comes back trips a BUG in the receive handler",
    edits: [
      {
        function: "macvlan_handle_frame",
        find: /if \(src && src->mode != MACVLAN_MODE_VEPA/,
        replace: "BUG_ON(src && src->mode == MACVLAN_MODE_PRIVATE);\n$&",
      },
    ],
    caughtBy: {
      by: "finding",
      kinds: ["oops", "panic"],
      title: /macvlan_handle_frame|macvlan\.c/,
      asks: SOME_BROADCAST,
      lost: ({ source }) => source.mode === "private",
    },
  },
];

const HANGS: readonly Fault[] = [
  {
    name: "endless-transmit",
    what: "a bridge endpoint's unicast to a vepa sibling never comes out of the transmit function",
    edits: toVepa("for (;;) cpu_relax();"),
    caughtBy: {
      by: "finding",
      kinds: ["soft-lockup", "rcu-stall", "hang"],
      title: /macvlan_/,
      asks: FEW_UNICAST,
      lost: isToVepa,
    },
  },
  {
    name: "endless-work",
    what: "the work that floods group frames never ends",
    edits: [
      {
        function: "macvlan_process_broadcast",
        find: /__skb_queue_head_init\(&list\);/,
        replace: "$&\nfor (;;) cpu_relax();",
      },
    ],
    caughtBy: {
      by: "finding",
      kinds: ["soft-lockup", "rcu-stall", "workqueue-stall", "hang"],
      title: /macvlan_process_broadcast/,
      asks: FEW_BROADCAST,
      lost: () => true,
    },
  },
  {
    name: "deadlock",
    what: "bringing an endpoint up waits for a lock it holds itself",
    edits: [{ function: "macvlan_open", find: /err = -EADDRINUSE;/, replace: "rtnl_lock();\n$&" }],
    caughtBy: { by: "finding", kinds: ["hung-task", "hang"], title: /./, asks: FEW_UNICAST, lost: () => true },
  },
];

const LEAKS: readonly Fault[] = [
  {
    name: "buffer-leak",
    what: "a flooded group frame is never freed",
    edits: [{ function: "macvlan_process_broadcast", find: /consume_skb\(skb\);/, replace: "" }],
    caughtBy: {
      by: "finding",
      kinds: ["memory-leak"],
      title: /^memory leak: buffers held after teardown$/,
      asks: SOME_BROADCAST,
    },
  },
  {
    name: "device-reference-leak",
    what: "a sibling's group frame that comes back keeps a reference to its sender",
    edits: [{ function: "macvlan_process_broadcast", find: /dev_put\(src->dev\);/, replace: ";" }],
    caughtBy: {
      by: "finding",
      kinds: ["device-reference"],
      title: /^unregister_netdevice: waiting for /,
      asks: FEW_BROADCAST,
    },
  },
];

export const FINDING_FAULTS: readonly Fault[] = [...CRASHES, ...HANGS, ...LEAKS];
