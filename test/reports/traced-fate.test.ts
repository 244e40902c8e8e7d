/** What became of a frame, from the receiver's side, by what the kernel told of it. */
import { describe, expect, test } from "vitest";
import type { CellResult, Trace } from "../../lab/model/results.ts";
import { storyOf } from "../../reports/story.ts";
import { AT_SWITCH, back, cell, FLOOD, freed, hop, IN_SWITCH, LOST, OUT, path, RELEASED, SENT } from "./traced-cell.ts";

const FULL_QUEUE = [...back("pass"), freed("low", "macvlan_handle_frame")];

type Told = readonly [what: string, cell: CellResult, fate: string, detail: RegExp];

const TOLD: readonly Told[] = [
  [
    "delivered",
    cell("unicast", { copies: 1, wire: 1, as: ["host"] }, { hops: back("another") }),
    "delivered",
    /1 at the destination as host, by macvlan_handle_frame on low$/,
  ],
  [
    "a drop event after its clone arrived",
    cell("broadcast", { copies: 1 }, { hops: [...back("pass"), FLOOD, RELEASED] }),
    "delivered",
    /1 at the destination, by macvlan_broadcast on low$/,
  ],
  ["a drop event at the switch, of a clone", cell("unicast", { copies: 1 }, { hops: AT_SWITCH }), "delivered", /1 at/],
  [
    "handed over inside the lower device",
    cell(
      "unicast",
      { copies: 1, wire: 0 },
      { hops: [SENT[0] as never, hop("macvlan_handle_frame", "low", { returned: "another" })] },
    ),
    "delivered",
    /inside the lower device: macvlan_start_xmit on source handed it over, never on the wire/,
  ],
  [
    "flooded twice, and back to the sender",
    cell("broadcast", { copies: 2, echo: 1 }, { hops: [...back("pass"), FLOOD, FLOOD] }),
    "delivered",
    /2 at the destination, by macvlan_broadcast on low 2 times; 1 came back to the sender/,
  ],
  [
    "relay off",
    cell("unicast", { ...LOST, path: path(3) }, { hops: AT_SWITCH }),
    "dropped at",
    /br_handle_frame_finish on port.*should_deliver.*let go of by/,
  ],
  [
    "relay off, flooded to others",
    cell(
      "broadcast",
      { ...LOST, path: path(3) },
      { hops: [...IN_SWITCH, hop("__br_forward", "other"), hop("veth_xmit", "other"), hop("netif_rx", "external")] },
    ),
    "dropped at",
    /br_handle_frame_finish on port: no port on the way to low \(should_deliver\)/,
  ],
  [
    "a port that takes nothing in",
    cell("unicast", { ...LOST, path: path(3) }, { hops: [...SENT, hop("br_handle_frame", "port")] }),
    "dropped at",
    /^br_handle_frame on port$/,
  ],
  [
    "lost behind the switch",
    cell("unicast", { ...LOST, path: path(4) }, { hops: OUT }),
    "dropped at",
    /the cable behind/,
  ],
  [
    "kept in the sender's macvlan",
    cell("unicast", { ...LOST, wire: 0, path: path(1) }, { hops: SENT.slice(0, 1) }),
    "dropped at",
    /macvlan_start_xmit on source/,
  ],
  [
    "nobody's by address",
    cell("unicast", { ...LOST, path: path(5) }, { hops: back("pass") }),
    "passed to the lower host",
    /macvlan_handle_frame on low/,
  ],
  [
    "let go of by the driver",
    cell("unicast", { ...LOST, path: path(5) }, { hops: [...back("consumed"), freed("low", "macvlan_handle_frame")] }),
    "filtered without a copy",
    /^macvlan_handle_frame on low kept it from the destination \(consumed\), let go of by macvlan_handle_frame/,
  ],
  [
    "private, or filtered",
    cell("broadcast", { ...LOST, path: path(5) }, { hops: [...back("pass"), FLOOD] }),
    "filtered without a copy",
    /macvlan_broadcast gave it none/,
  ],
  [
    "a copy past the reader of a macvtap",
    cell(
      "broadcast",
      { ...LOST, path: path(5) },
      { hops: [...back("pass"), FLOOD, hop("tap_handle_frame", "destination", { returned: "pass" })] },
    ),
    "filtered without a copy",
    /tap_handle_frame on destination gave its reader none/,
  ],
  [
    "a full queue of group frames",
    cell("broadcast", { ...LOST, path: path(5) }, { hops: FULL_QUEUE, drops: { low: 1 } }),
    "queue overflow",
    /its queue of group frames had no room \(rx_dropped of low \+1/,
  ],
  [
    "a full queue of a macvtap's reader",
    cell(
      "unicast",
      { ...LOST, path: path(5) },
      {
        hops: [
          ...back("another"),
          hop("tap_handle_frame", "destination", { returned: "consumed" }),
          freed("destination", "tap_handle_frame"),
        ],
        drops: { destination: 1 },
      },
    ),
    "queue overflow",
    /destination had no room/,
  ],
  [
    "the destination is down",
    cell("unicast", { ...LOST, path: path(5) }, { hops: back("pass"), down: ["destination"] }),
    "device down",
    /destination is down/,
  ],
  ["no event", cell("unicast", { copies: 0 }, {}), "unknown", /no event/],
];

test.each(TOLD)("%s", (_, one, fate, detail) => {
  const story = storyOf(one);
  expect([story.fate, story.detail]).toEqual([fate, expect.stringMatching(detail)]);
});

test("frames of the same batch that a device dropped are not this one", () => {
  const filtered = cell("broadcast", LOST, { hops: [...back("pass"), FLOOD, RELEASED], drops: { low: 3 } });
  expect(storyOf(filtered).fate).toBe("filtered without a copy");
  const passed = cell("unicast", LOST, { hops: back("pass"), drops: { low: 3 } });
  expect(storyOf(passed).fate).toBe("passed to the lower host");
});

test("what is down further on did not keep what never came there, and is told all the same", () => {
  const { fate, detail } = storyOf(cell("unicast", LOST, { hops: AT_SWITCH, down: ["destination"] }));
  expect([fate, detail]).toEqual([
    "dropped at",
    expect.stringMatching(/br_handle_frame_finish.*; destination is down$/),
  ]);
});

test("a lower device's host that was kept from a frame is told apart from one that got it", () => {
  const toHost = { destination: { kind: "lower-host" } } as const;
  const kept = [...back("consumed"), freed("low", "macvlan_handle_frame")];
  expect(storyOf(cell("broadcast", LOST, { hops: kept }, toHost)).detail).toMatch(
    /^macvlan_handle_frame on low kept it from the destination \(consumed\), let go/,
  );
  const given = storyOf(cell("unicast", LOST, { hops: back("another") }, toHost));
  expect([given.fate, given.detail]).toEqual([
    "filtered without a copy",
    expect.stringMatching(/gave it to an endpoint/),
  ]);
  expect(storyOf(cell("unicast", LOST, { hops: back("pass") }, toHost)).fate).toBe("passed to the lower host");
});

const PROBES = [
  ...["macvlan_start_xmit", "veth_xmit", "br_handle_frame", "br_handle_frame_finish", "__br_forward"],
  ...[
    "macvlan_handle_frame",
    "macvlan_broadcast",
    "macvlan_broadcast_one",
    "netif_rx",
    "tap_handle_frame",
    "kfree_skb",
  ],
];

function without(one: CellResult, name: string): CellResult {
  const trace = one.trace as Trace;
  const gone = name === "kfree_skb" ? ["kfree_skb", "kfree_skb_reason", "sk_skb_reason_drop"] : [name];
  return { ...one, trace: { ...trace, hops: trace.hops.filter((hop) => !gone.includes(hop.function)), lacking: gone } };
}

describe.each(PROBES)("without the probe %s", (name) => {
  test.each(TOLD)("%s: it is named, and the fate is the same or could be hidden", (_, one, fate) => {
    const story = storyOf(without(one, name));
    expect(story.limits).toContain(name);
    if (story.fate !== fate) expect(story.limits, `${story.fate}: ${story.detail}`).toContain("could hide its fate");
    if (fate === "delivered") expect(story.limits).toContain("the receiver got it all the same");
  });
});

test("a probe whose hop is seen by another hides nothing", () => {
  const relayOff = cell("unicast", { ...LOST, path: path(3) }, { hops: AT_SWITCH });
  expect(storyOf(without(relayOff, "__br_forward")).limits).toContain("told by others");
  expect(storyOf(without(relayOff, "br_handle_frame_finish")).limits).toContain("could hide its fate");
  const behind = cell("unicast", LOST, { hops: OUT });
  expect(storyOf(without(behind, "__br_forward")).detail).toContain("the cable behind");
});

test("lost events could hide a fate, but not a delivery", () => {
  expect(storyOf(cell("unicast", { copies: 0 }, { hops: back("pass"), lost: 3 })).limits).toMatch(
    /3 events were lost; that could hide/,
  );
  expect(storyOf(cell("unicast", { copies: 1 }, { hops: back("pass"), lost: 3 })).limits).toMatch(
    /the receiver got it all the same/,
  );
});

test("what the lab's own captures let go of is no step", () => {
  const capture = hop("sk_skb_reason_drop", "low", { caller: "tpacket_rcv+0x9b/0xdf0" });
  expect(storyOf(cell("unicast", { copies: 1 }, { hops: [capture, ...SENT] })).traced?.steps).toHaveLength(2);
});

test("a step has its frame, the switch's table and hairpin, and the counter that rose", () => {
  const hops = [...AT_SWITCH.slice(0, 3), hop("br_handle_frame_finish", "port", { frame: 12 }), RELEASED];
  const { traced } = storyOf(
    cell("unicast", LOST, {
      hops,
      drops: { low: 2 },
      capture: "captures/one-traced.pcapng",
      switch: { known: ["port"], ports: { port: { hairpin: false, state: "forwarding" } } },
    }),
  );
  expect(traced?.capture).toBe("captures/one-traced.pcapng");
  expect(traced?.steps.at(-2)).toMatchObject({
    place: "port, the switch port it is cabled to",
    detail: "its table (bridge fdb) says port; hairpin of port is off",
    evidence: "event br_handle_frame_finish, frame 12",
  });
  expect(traced?.steps.at(-1)?.evidence).toBe("event kfree_skb, counter rx_dropped +2");
});
