/** What became of a frame, from the receiver's side, by what the kernel told of it. */
import { expect, test } from "vitest";
import type { CellResult, Trace } from "../../lab/model/results.ts";
import { storyOf } from "../../reports/story.ts";
import { OLD, sampleCell } from "./sample.ts";

const cell = (
  traffic: "unicast" | "broadcast",
  observed: CellResult["observed"],
  trace: Partial<Trace>,
): CellResult => ({
  ...sampleCell(
    OLD,
    {
      placement: "same-lower",
      reflectiveRelay: true,
      traffic,
      source: { kind: "macvlan", mode: "vepa" },
      destination: { kind: "macvlan", mode: "bridge" },
    },
    observed,
    {},
  ),
  trace: { alone: true, hops: [], lower: "low", port: "port", down: [], drops: {}, lacking: [], lost: 0, ...trace },
});

const hop = (name: string, device: string, more: Partial<Trace["hops"][0]> = {}): Trace["hops"][0] => ({
  function: name,
  device,
  at: 1,
  ...more,
});
const SENT = [hop("macvlan_start_xmit", "source"), hop("veth_xmit", "low")];
const IN_SWITCH = [...SENT, hop("br_handle_frame_finish", "port")];
const back = (returned: string) => [
  ...IN_SWITCH,
  hop("__br_forward", "port"),
  hop("macvlan_handle_frame", "low", { returned }),
];
const RELEASED = hop("kfree_skb", "low", { caller: "macvlan_process_broadcast+0x10/0x20", reason: "NOT_SPECIFIED" });

test.each<[string, CellResult, string, RegExp]>([
  ["delivered", cell("unicast", { copies: 1 }, { hops: back("another") }), "delivered", /1 at the destination/],
  [
    "a drop event after its clone arrived",
    cell("broadcast", { copies: 1 }, { hops: [...back("pass"), RELEASED] }),
    "delivered",
    /1 at/,
  ],
  [
    "a drop event at the switch, of a clone",
    cell("unicast", { copies: 1 }, { hops: [...IN_SWITCH, RELEASED] }),
    "delivered",
    /1 at/,
  ],
  [
    "relay off",
    cell(
      "unicast",
      { copies: 0 },
      { hops: [...IN_SWITCH, hop("kfree_skb", "port", { caller: "br_handle_frame_finish+0x1/0x2" })] },
    ),
    "dropped at",
    /br_handle_frame_finish on port.*should_deliver.*let go of by/,
  ],
  [
    "relay off, flooded to others",
    cell(
      "broadcast",
      { copies: 0 },
      { hops: [...IN_SWITCH, hop("__br_forward", "other"), hop("netif_rx", "external")] },
    ),
    "dropped at",
    /br_handle_frame_finish on port/,
  ],
  [
    "lost behind the switch",
    cell("unicast", { copies: 0 }, { hops: [...IN_SWITCH, hop("__br_forward", "port")] }),
    "dropped at",
    /the cable behind/,
  ],
  [
    "kept in the sender's macvlan",
    cell("unicast", { copies: 0 }, { hops: SENT.slice(0, 1) }),
    "dropped at",
    /macvlan_start_xmit on source/,
  ],
  [
    "nobody's by address",
    cell("unicast", { copies: 0 }, { hops: back("pass") }),
    "passed to the lower host",
    /macvlan_handle_frame on low/,
  ],
  [
    "private, or filtered",
    cell("broadcast", { copies: 0 }, { hops: [...back("pass"), hop("macvlan_broadcast", "low")] }),
    "filtered without a copy",
    /macvlan_broadcast gave it none/,
  ],
  [
    "a full queue of group frames",
    cell("broadcast", { copies: 0 }, { hops: back("pass"), drops: { low: 1 } }),
    "queue overflow",
    /no room/,
  ],
  [
    "the destination is down",
    cell("unicast", { copies: 0 }, { hops: back("pass"), down: ["destination"] }),
    "device down",
    /destination is down/,
  ],
  ["no event", cell("unicast", { copies: 0 }, {}), "unknown", /no event/],
])("%s", (_, one, fate, detail) => {
  const story = storyOf(one);
  expect([story.fate, story.detail]).toEqual([fate, expect.stringMatching(detail)]);
});

const NEEDED = [
  "macvlan_start_xmit",
  "veth_xmit",
  "br_handle_frame",
  "br_handle_frame_finish",
  "__br_forward",
  "macvlan_handle_frame",
];
const SPARE = ["macvlan_broadcast_one", "tap_handle_frame", "netif_rx"];

test.each([...NEEDED, ...SPARE])(
  "without the probe %s its lack is named, and whether it could hide the fate",
  (name) => {
    const hops = back("pass").filter((one) => one.function !== name);
    const { limits } = storyOf(cell("unicast", { copies: 0 }, { hops, lacking: [name] }));
    expect(limits).toContain(`lacks the probes ${name}`);
    expect(limits.includes("could hide its fate")).toBe(NEEDED.includes(name));
  },
);

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
  expect(storyOf(cell("unicast", { copies: 1 }, { hops: [capture, ...SENT] })).traced).toHaveLength(2);
});
