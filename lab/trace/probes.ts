/**
 * What is traced: functions of the kernel that a frame passes, and where each has the frame in hand. Data, and the lines
 * that ask a kernel for it (`kprobe_events` of tracefs). Positions of arguments are the functions' own, from 5.10 on.
 */
import type { Btf } from "./btf.ts";

export interface Probe {
  /** Of the kernel's function, and of the event. */
  readonly name: string;
  /** Which argument is the `struct sk_buff *`, from 1; `by`: `pointer` where it is a `struct sk_buff **`. */
  readonly frame: number;
  readonly by?: "pointer";
  /** Where the device is taken from; absent: the frame's own. */
  readonly device?: { readonly argument: number; readonly is: "net_device" | "macvlan_dev" | "net_bridge_port" };
  /** Whether what it returns is told as well. */
  readonly returns?: true;
  /** Told with where it was called from. */
  readonly caller?: true;
}

export const PROBES: readonly Probe[] = [
  { name: "macvlan_start_xmit", frame: 1, device: { argument: 2, is: "net_device" }, returns: true },
  { name: "veth_xmit", frame: 1, device: { argument: 2, is: "net_device" } },
  { name: "br_handle_frame", frame: 1, by: "pointer" },
  { name: "br_handle_frame_finish", frame: 3 },
  { name: "__br_forward", frame: 2, device: { argument: 1, is: "net_bridge_port" } },
  { name: "macvlan_handle_frame", frame: 1, by: "pointer", returns: true },
  { name: "macvlan_broadcast_enqueue", frame: 3 },
  { name: "macvlan_broadcast_one", frame: 1, device: { argument: 2, is: "macvlan_dev" } },
  { name: "macvlan_forward_source_one", frame: 1, device: { argument: 2, is: "macvlan_dev" } },
  { name: "macvlan_broadcast", frame: 1 },
  { name: "netif_rx", frame: 1 },
  { name: "netif_rx_ni", frame: 1 },
  { name: "tap_handle_frame", frame: 1, by: "pointer", returns: true },
  { name: "kfree_skb", frame: 1, caller: true },
  { name: "kfree_skb_reason", frame: 1, caller: true },
  { name: "sk_skb_reason_drop", frame: 2, caller: true },
];

/** Of which a kernel has one: what frees a frame that nobody takes has had several names. */
export const DROPS: readonly string[] = ["kfree_skb", "kfree_skb_reason", "sk_skb_reason_drop"];
/** Names of one thing, of which a kernel has one: what the others tell, it tells. */
export const SAME: readonly (readonly string[])[] = [DROPS, ["netif_rx", "netif_rx_ni"]];

/** What tells of drops with the kernel's own reasons, where it has them (5.17 and later). */
export const DROP_EVENT = "skb/kfree_skb";

/** Where things lie in this kernel. */
export interface Offsets {
  readonly data: number;
  readonly device: number;
  readonly name: number;
  readonly packetType: number | undefined;
}

/** Undefined: this kernel's BTF lacks what is needed to find a frame's tag. */
export function offsetsIn(btf: Btf): Offsets | undefined {
  const [data, device] = [btf.offsetOf("sk_buff", "data"), btf.offsetOf("sk_buff", "dev")];
  const name = btf.offsetOf("net_device", "name");
  if (data === undefined || device === undefined || name === undefined) return undefined;
  const packetType = btf.offsetOf("sk_buff", "__pkt_type_offset") ?? btf.offsetOf("sk_buff", "pkt_type");
  return { data, device, name, packetType: packetType === undefined ? undefined : Math.floor(packetType) };
}

const ETHERNET_HEADER = 14;
/** `struct net_bridge_port` begins with its bridge, `struct macvlan_dev` with its device. */
const DEVICE_IN = { net_device: undefined, macvlan_dev: 0, net_bridge_port: 8 } as const;

/** The definitions of a probe: its entry and, where asked for, its return. */
export function probeLines(group: string, probe: Probe, offsets: Offsets): string[] {
  const argument = `$arg${probe.frame}`;
  const frame = probe.by === "pointer" ? `+0(${argument})` : argument;
  const data = `+${offsets.data}(${frame})`;
  // A frame is tagged behind its Ethernet header, which its data begins with or has just left behind.
  const tag = (from: number) => [0, 4, 8].map((word) => `+${from + word}(${data}):x32`);
  const [a0, a1, a2, b0, b1, b2] = [...tag(0), ...tag(ETHERNET_HEADER)];
  const fields = [
    `skb=${frame}:x64`,
    `dev=${deviceName(probe, frame, offsets)}`,
    ...[`a0=${a0}`, `a1=${a1}`, `a2=${a2}`, `b0=${b0}`, `b1=${b1}`, `b2=${b2}`],
    ...(offsets.packetType === undefined ? [] : [`type=+${offsets.packetType}(${frame}):b3@0/8`]),
    ...(probe.caller ? ["caller=$stack0:symbol"] : []),
  ];
  return [
    `p:${group}/${probe.name} ${probe.name} ${fields.join(" ")}`,
    ...(probe.returns ? [`r:${group}/${probe.name}_returned ${probe.name} ret=$retval:s32`] : []),
  ];
}

function deviceName({ device }: Probe, frame: string, { device: own, name }: Offsets): string {
  if (!device) return `+${name}(+${own}(${frame})):string`;
  const inside = DEVICE_IN[device.is];
  const pointer = inside === undefined ? `$arg${device.argument}` : `+${inside}($arg${device.argument})`;
  return `+${name}(${pointer}):string`;
}
