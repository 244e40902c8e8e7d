/** The kernel's table of neighbours, which all its namespaces share: whether it was full. */
import type { Executor } from "../base/executor.ts";

/** The kernel tells it where its first namespace is: not to namespaces of a running kernel that see no other processes. */
const TABLES = "cat /proc/net/stat/arp_cache /proc/net/stat/ndisc_cache 2>/dev/null";

/** How often it was full since the kernel came up; 0 where the kernel does not say. */
export async function neighbourOverflows(executor: Executor): Promise<number> {
  return countOverflows((await executor.run(TABLES)).stdout.toString());
}

/** Each table has a line of names, then one of hexadecimal counters for every processor. */
export function countOverflows(text: string): number {
  let column = -1;
  let sum = 0;
  for (const line of text.trim().split("\n")) {
    const fields = line.trim().split(/\s+/);
    if (fields[0] === "entries") column = fields.indexOf("table_fulls");
    else if (column >= 0) sum += Number.parseInt(fields[column] ?? "0", 16);
  }
  return sum;
}
