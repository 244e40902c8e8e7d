/** A whole neighbourhood in namespaces of the running kernel: built, lived in, gone. */
import { expect, test } from "vitest";
import { openHostNamespace } from "../../lab/host/host-namespace.ts";
import { agentProgram } from "../../lab/image/index.ts";
import { type Conversation, conversationsOf } from "../../lab/model/cell.ts";
import { addressesFor, buildNeighbourhood, hasVlans } from "../../lab/topology/neighbourhood.ts";
import { neighbourhoodOf } from "../../lab/topology/residents.ts";
import { whole } from "../../lab/topology/stage.ts";
import { conversations } from "../../scenarios/conversations.ts";
import { noRoot } from "../cli/privileged.ts";

const ALL: readonly Conversation[] = conversations.conversations ? conversationsOf(conversations.conversations) : [];

const between = (traffic: Conversation["traffic"], route?: "router") =>
  ALL.find(
    (cell) =>
      cell.traffic === traffic &&
      cell.route === route &&
      cell.placement === "same-lower" &&
      cell.source.kind === "macvlan" &&
      cell.destination.kind === "macvlan" &&
      [cell.source.mode, cell.destination.mode].every((mode) => mode === "bridge"),
  ) as Conversation;

test.skipIf(noRoot)(
  `everybody has a stack of their own that can be talked to${noRoot}`,
  { timeout: 60_000 },
  async () => {
    await using namespace = await openHostNamespace(await agentProgram());
    const { executor } = namespace;
    const tagged = await hasVlans(executor);
    const held = ALL.filter(({ traffic }) => tagged || traffic !== "vlan");
    const place = neighbourhoodOf(held, false);
    {
      await using live = await buildNeighbourhood(whole(executor), place, held);
      expect(live.seconds).toBeGreaterThan(0);
      for (const cell of [between("icmp"), between("icmpv6"), between("icmp", "router"), between("vlan")].filter(
        (one) => held.includes(one),
      )) {
        const { source, destination } = addressesFor(place, cell);
        const { status, stdout, stderr } = await executor.run(
          `exec ip netns exec mv-a-mvl-brg1 ping -n -c 1 -W 5 -I ${source} ${destination}`,
        );
        expect(`${stdout}${stderr}`, JSON.stringify(cell)).toContain("1 received");
        expect(status).toBe(0);
      }
    }
    const { stdout } = await executor.run("ip netns list; ip -brief link show");
    expect(stdout.toString()).not.toMatch(/mv-|low-|swp|router/);
  },
);
