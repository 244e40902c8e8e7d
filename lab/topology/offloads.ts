/** What a lower device's driver leaves to the card: asked for with `ethtool -K`, and read back with `ethtool -k`. */
import type { Executor } from "../base/executor.ts";

export type Offload = "on" | "off";

/** As `ethtool -K` names them, and as `ethtool -k` does. */
const OFFLOADS: Readonly<Record<string, string>> = {
  rx: "rx-checksumming",
  tx: "tx-checksumming",
  sg: "scatter-gather",
  tso: "tcp-segmentation-offload",
  gso: "generic-segmentation-offload",
  gro: "generic-receive-offload",
  lro: "large-receive-offload",
  rxvlan: "rx-vlan-offload",
  txvlan: "tx-vlan-offload",
};

/** One command each: what a driver has not, or will not change, keeps it from none of the others. */
export function offloadLines(devices: readonly string[], offload: Offload | undefined): string[] {
  if (offload === undefined) return [];
  const settings = Object.keys(OFFLOADS).map((name) => `'${name} ${offload}'`);
  return devices.map((name) => `for s in ${settings.join(" ")}; do ethtool -K ${name} $s; done >/dev/null 2>&1`);
}

/** What a device says it does now, by `ethtool -K`'s names; a feature it does not speak of is not in it. */
export async function readOffloads(executor: Executor, device: string): Promise<Record<string, Offload>> {
  const { stdout } = await executor.run(`exec ethtool -k ${device} 2>/dev/null`);
  const said = new Map(
    [...stdout.toString().matchAll(/^([\w-]+): (on|off)\b/gm)].map(([, name, is]) => [name, is as Offload]),
  );
  return Object.fromEntries(
    Object.entries(OFFLOADS).flatMap(([name, feature]) => {
      const is = said.get(feature);
      return is === undefined ? [] : [[name, is]];
    }),
  );
}
