/** Faults of what macvtap adds: the character device. */
import type { Fault } from "../fault.ts";

export const TAP_FAULTS: readonly Fault[] = [
  {
    name: "macvtap-multicast-lost",
    what: "multicast goes past the reader of a macvtap's character device",
    module: "tap",
    edits: [
      { function: "tap_handle_frame", find: /if \(!tap\)/, replace: "if (!tap || skb->pkt_type == PACKET_MULTICAST)" },
    ],
    caughtBy: {
      by: "results",
      cells: ({ traffic, source, destination }, sound) =>
        traffic === "multicast-joined" || traffic === "multicast-not-joined"
          ? {
              copies: destination.kind === "macvtap" ? 0 : sound.copies,
              echo: source.kind === "macvtap" ? 0 : sound.echo,
            }
          : undefined,
    },
  },
];
