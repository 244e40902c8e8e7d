/** Devices as `ip -json -statistics` shows them. */

export interface Link {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly linkinfo?: { readonly info_slave_kind?: string; readonly info_slave_data?: Port };
  readonly stats64?: Readonly<Record<"rx" | "tx", { readonly dropped: number }>>;
}

/** A port of a switch. */
export interface Port {
  readonly state?: string;
  readonly hairpin?: boolean;
}

/** An entry of a switch's table, as `bridge -json fdb` shows it. */
export interface TableEntry {
  readonly mac: string;
  readonly ifname: string;
  readonly master?: string;
}

/** By port of a switch: how it stands. */
export function portsOf(links: readonly Link[]): Map<string, Port> {
  const ports = links.filter(({ linkinfo }) => linkinfo?.info_slave_kind === "bridge");
  return new Map(ports.map(({ ifname, linkinfo }) => [ifname, linkinfo?.info_slave_data ?? {}]));
}

/** By device: what it counted as dropped meanwhile; those without are left out. */
export function dropsOf(before: readonly Link[], after: readonly Link[]): Map<string, number> {
  const earlier = new Map(before.map((link) => [link.ifname, droppedBy(link)]));
  const grown = after.map((link) => [link.ifname, droppedBy(link) - (earlier.get(link.ifname) ?? 0)] as const);
  return new Map(grown.filter(([, count]) => count > 0));
}

function droppedBy({ stats64 }: Link): number {
  return (stats64?.rx.dropped ?? 0) + (stats64?.tx.dropped ?? 0);
}
