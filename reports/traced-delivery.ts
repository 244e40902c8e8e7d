/** How a frame that arrived came to its destination, by what its kernel told. Pure. */
import type { CellResult, Trace } from "../lab/model/results.ts";
import { devicesAt, SWITCH, tracedObservation, type Way } from "./trace-way.ts";

/** `1 at the destination as host, by macvlan_handle_frame on low-a`. */
export function deliveryText(cell: CellResult, trace: Trace, way: Way): string {
  const { copies = 0, echo = 0, as = [], wire } = tracedObservation(cell, trace);
  const got = `${copies} at the destination${as.length > 0 ? ` as ${as.join(" and ")}` : ""}`;
  const by = giverOf(cell, trace, way);
  const isInside =
    cell.placement === "same-lower" && wire === 0 && !way.hops.some((hop) => SWITCH.includes(hop.function));
  const inside = isInside ? `, inside the lower device: ${sender(trace, way)}never on the wire` : "";
  return `${got}${by === undefined ? "" : `, by ${by}`}${inside}${echo > 0 ? `; ${echo} came back to the sender` : ""}`;
}

function sender(trace: Trace, { hops }: Way): string {
  const [source] = devicesAt(trace, "endpoint");
  const sent = hops.find(({ function: name, device }) => name === "macvlan_start_xmit" && device === source);
  return sent ? `macvlan_start_xmit on ${sent.device} handed it over, ` : "";
}

/** The last that had a say in who gets it. */
function giverOf(
  { traffic, destination }: CellResult,
  trace: Trace,
  { arrival, hops, reach }: Way,
): string | undefined {
  if (destination.kind === "external-host")
    return ["port", "destination"].includes(reach) ? `the switch's port ${trace.port}` : undefined;
  const handled = arrival && `macvlan_handle_frame on ${arrival.device}`;
  const isGroup = traffic !== "unicast" && traffic !== "unknown-unicast";
  if (!isGroup || destination.kind === "lower-host" || destination.mode === "source") return handled;
  const floods = hops.filter(({ function: name }) => name === "macvlan_broadcast").map(({ device }) => device);
  if (floods.length === 0) return handled;
  const times = (device: string) => floods.filter((one) => one === device).length;
  const each = [...new Set(floods)].map((device) => `${device}${times(device) > 1 ? ` ${times(device)} times` : ""}`);
  return `macvlan_broadcast on ${each.join(" and ")}`;
}
