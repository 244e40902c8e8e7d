/** A traced cell, and hops as kernels tell them: devices are `source`, `low`, `port` and `destination`. */
import type { CellResult, Trace } from "../../lab/model/results.ts";
import { OLD, sampleCell } from "./sample.ts";

export const cell = (
  traffic: "unicast" | "broadcast",
  observed: CellResult["observed"],
  trace: Partial<Trace>,
  parts: Partial<CellResult> = {},
): CellResult => ({
  ...sampleCell(
    OLD,
    {
      placement: "same-lower",
      reflectiveRelay: true,
      traffic,
      source: { kind: "macvlan", mode: "vepa" },
      destination: { kind: "macvlan", mode: "bridge" },
    },
    observed,
    parts,
  ),
  trace: {
    alone: true,
    hops: [],
    lower: "low",
    port: "port",
    devices: { source: "endpoint", low: "lower", port: "switchPort", destination: "destination" },
    down: [],
    drops: {},
    lacking: [],
    lost: 0,
    ...trace,
  },
});

export const hop = (name: string, device: string, more: Partial<Trace["hops"][0]> = {}): Trace["hops"][0] => ({
  function: name,
  device,
  at: 1,
  ...more,
});
export const SENT = [hop("macvlan_start_xmit", "source"), hop("veth_xmit", "low")];
export const IN_SWITCH = [...SENT, hop("br_handle_frame", "port"), hop("br_handle_frame_finish", "port")];
export const OUT = [...IN_SWITCH, hop("__br_forward", "port"), hop("veth_xmit", "port")];
export const back = (returned: string) => [...OUT, hop("macvlan_handle_frame", "low", { returned })];
export const freed = (device: string, caller: string, reason = "NOT_SPECIFIED") =>
  hop("kfree_skb", device, { caller: `${caller}+0x10/0x20`, reason });
export const RELEASED = freed("low", "macvlan_process_broadcast");
export const FLOOD = hop("macvlan_broadcast", "low");
export const LOST = { copies: 0, echo: 0, wire: 1 };

/** The way by the taps that goes with it. */
export const path = (reached: number): CellResult["observed"]["path"] =>
  (
    [
      ["endpoint", "out", 1, 10],
      ["lower", "out", 2, 11],
      ["switchPort", "in", 3, 12],
      ["switchPort", "out", 4, 13],
      ["lower", "in", 5, 14],
    ] as const
  )
    .slice(0, reached)
    .map((one) => [...one]);

export const AT_SWITCH = [...IN_SWITCH, freed("port", "br_handle_frame_finish")];
