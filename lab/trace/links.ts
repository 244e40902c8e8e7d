/** Devices as `ip -json -statistics` shows them. */

export interface Link {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly stats64?: Readonly<Record<"rx" | "tx", { readonly dropped: number }>>;
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
