/** Some conversations of every kind in a guest. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultKernelSpec } from "../../lab/kernels/index.ts";
import { openYard } from "../cli/macvlab.ts";
import { deviations, readResults } from "./run-files.ts";

/** Two lower devices and the external host: answered, told the address, tagged, in groups, across the router, leases. */
const SOME =
  "(two-lowers|endpoint-to-external) relay-on .* mac(vtap|vlan)/bridge>(macvlan/(vepa|source.other)|external-host)$";

test("conversations of every kind in a guest, tagged ones and leases too", async () => {
  await using yard = await openYard();
  const kernel = await defaultKernelSpec();
  const ended = await yard.run(["run", "conversations", "--kernel", kernel, "--out", "run", "--filter", SOME]);
  const { cells } = await readResults(join(yard.directory, "run"));
  expect(deviations(cells)).toEqual([]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(cells.filter(({ verdict }) => verdict !== "match")).toEqual([]);
  const outcomeOf = (part: string) => cells.find(({ id }) => id.includes(part))?.observed.outcome;
  expect(outcomeOf("endpoint-to-external relay-on dhcp ")).toBe("answered");
  expect(outcomeOf("two-lowers relay-on vlan macvtap/bridge>macvlan/vepa")).toBe("answered");
  expect(outcomeOf("two-lowers relay-on icmp macvtap/bridge>macvlan/source+other")).toBe("unresolved");
  expect(outcomeOf("two-lowers relay-on udp static-neighbours macvtap/bridge>macvlan/source+other")).toBe("unheard");
});
