import { expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import type { Executor } from "../../lab/base/executor.ts";
import type { LowerKind } from "../../lab/model/vocabulary.ts";
import { readCards, withCards } from "../../lab/traffic/card-counters.ts";
import type { Plan } from "../../lab/traffic/plan.ts";

/** As ethtool 6.1 has it, but for what says nothing more. */
const VMXNET3 = `NIC statistics:
     Tx Queue#: 0
       ucast pkts tx: 0
     Rx Queue#: 0
       LRO pkts rx: 0
       pkts rx OOB: 40
       pkts rx err: 0
     Rx Queue#: 1
       pkts rx OOB: 2
       drv dropped rx total: 7
`;
const E1000 = `NIC statistics:
     rx_packets: 94
     rx_no_buffer_count: 108
     rx_missed_errors: 60
`;

/** A place whose `ethtool` says this. */
function place(stdout: string): { readonly executor: Executor; readonly scripts: string[] } {
  const scripts: string[] = [];
  const run = async (script: string) => {
    scripts.push(script);
    return { status: 0, stdout: Buffer.from(stdout), stderr: "" };
  };
  return { executor: { place: "guest x", run } as unknown as Executor, scripts };
}

function plan(...kinds: readonly (LowerKind | undefined)[]): Pick<Plan, "topologies"> {
  const lowers = kinds.map((kind, index) => ({ name: `low-${"abc"[index]}`, ...(kind ? { kind } : {}) }));
  return { topologies: [{ lowers }] } as unknown as Pick<Plan, "topologies">;
}

test("drivers that keep what they had no room for to themselves are asked, all at once", async () => {
  const { executor, scripts } = place(`device low-a\n${VMXNET3}device low-c\n${E1000}`);
  const counters = await readCards(executor, plan("vmxnet3", "rtl8139", "e1000"));
  expect([...counters]).toEqual([
    ["low-a", 42],
    ["low-c", 60],
  ]);
  expect(scripts).toHaveLength(1);
});

test("nobody is asked where /proc/net/dev says all", async () => {
  const { executor, scripts } = place("");
  expect((await readCards(executor, plan(undefined, "virtio-net", "rtl8139"))).size).toBe(0);
  expect(scripts).toEqual([]);
});

test("a driver that does not say is no driver that lost nothing", async () => {
  const { executor } = place("device low-a\nno stats available\n");
  const failure = readCards(executor, plan("vmxnet3"));
  await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
  await expect(failure).rejects.toMatchObject({
    message: 'guest x: "low-a" does not say how many frames found no room ("pkts rx OOB"): ethtool -S low-a',
    detail: "no stats available\n",
  });
});

test("what a driver says counts where it is more than what the kernel says, and nothing is counted twice", () => {
  const drops = new Map([
    ["low-a", 72],
    ["low-b", 5],
    ["swp-a", 1],
  ]);
  const before = new Map([
    ["low-a", 10],
    ["low-b", 3],
    ["low-c", 4],
  ]);
  const after = new Map([
    ["low-a", 118],
    ["low-b", 3],
    ["low-c", 4],
  ]);
  expect(Object.fromEntries(withCards(drops, before, after))).toEqual({ "low-a": 108, "low-b": 5, "swp-a": 1 });
});
