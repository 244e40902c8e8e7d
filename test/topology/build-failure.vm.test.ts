/** What a real kernel without a kind of device answers, and what is left of what was built beside it. */
import { expect, test } from "vitest";
import { buildTopologies } from "../../lab/topology/build.ts";
import { buildChecks } from "../../lab/topology/check-script.ts";
import { checkWorlds } from "../../lab/topology/check-world.ts";
import { whole } from "../../lab/topology/stage.ts";
import { TopologyBuilder } from "../../lab/topology/topology-builder.ts";
import { basics } from "../../scenarios/basics.ts";
import { bootTestGuest } from "../guest/test-guest.ts";

test("a guest whose kernel has no macvtap says so, and keeps no half-built topology", async () => {
  await using booted = await bootTestGuest();
  const { executor } = booted.guest;
  const removed = await executor.run("rmmod macvtap");
  expect(removed.status, removed.stderr).toBe(0);
  const builder = new TopologyBuilder(0, "");
  builder.endpoint("a", { kind: "macvlan", mode: "vepa" }, 1);
  builder.endpoint("a", { kind: "macvtap", mode: "vepa" }, 1);
  const links = async () => (await executor.run("ip -o link show")).stdout.toString().trim().split("\n");
  const before = await links();
  const answer = /^guest .*: this kernel has no macvtap: .* of the modules for it bridge, macvlan, veth are loaded$/;
  await expect(buildTopologies(whole(executor), [builder.build([])])).rejects.toThrow(answer);
  expect(await links()).toEqual(before);
  await expect(buildChecks(whole(executor), checkWorlds(basics.checks ?? []))).rejects.toThrow(/ has no macvtap: /);
});
