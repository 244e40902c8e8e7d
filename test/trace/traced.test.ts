/** Identity is the tag's: addresses of buffers are used again, and clones have their own. */
import { expect, test } from "vitest";
import { framesIn, lostIn } from "../../lab/trace/traced.ts";
import { dropLine, probeLine, returnLine, tagged } from "./events.ts";

const NONCE = 0x01020304;

test("one broadcast to three endpoints is one root with three ends, whatever buffers it was in", () => {
  const tag = tagged(NONCE, 7);
  const lines = [
    probeLine("macvlan_start_xmit", "a-mvl-brg1", tag),
    probeLine("macvlan_broadcast", "a-mvl-brg1", tag, { skb: "0xffff1" }),
    ...["one", "two", "three"].map((name, clone) =>
      probeLine("netif_rx", name, tag, { skb: `0xeeee${clone}`, behind: false }),
    ),
  ];
  const frames = framesIn(lines.join("\n"), NONCE);
  expect([...frames.keys()]).toEqual([7]);
  const ends = frames.get(7)?.filter((event) => event.function === "netif_rx");
  expect(ends?.map(({ device }) => device)).toEqual(["one", "two", "three"]);
});

test("10,000 rapid frames in the same few buffers on two processors: none is linked to another", () => {
  const lines = Array.from({ length: 10_000 }, (_, id) => {
    const at = { skb: `0xffff${id % 4}`, cpu: id % 2, at: id };
    return [probeLine("macvlan_handle_frame", `d${id}`, tagged(NONCE, id), at)];
  });
  const woven: string[] = [];
  for (let id = 0; id < 10_000; id += 2) {
    woven.push(...(lines[id] as string[]), ...(lines[id + 1] as string[]));
    woven.push(returnLine("macvlan_handle_frame", id % 4, 0), returnLine("macvlan_handle_frame", (id + 1) % 4, 1));
  }
  const frames = framesIn(woven.join("\n"), NONCE);
  expect(frames.size).toBe(10_000);
  for (const [id, events] of frames) {
    expect(events).toHaveLength(1);
    expect([events[0]?.device, events[0]?.returned]).toEqual([`d${id}`, id % 4]);
  }
});

test("frames of another run and other people's frames are nobody's, and their returns are not ours", () => {
  const lines = [
    probeLine("macvlan_handle_frame", "low", tagged(NONCE, 1)),
    returnLine("macvlan_handle_frame", 3),
    probeLine("macvlan_handle_frame", "low", tagged(99, 2)),
    returnLine("macvlan_handle_frame", 1),
  ];
  const frames = framesIn(lines.join("\n"), NONCE);
  expect([...frames].map(([id, [event]]) => [id, event?.returned])).toEqual([[1, 3]]);
});

test("a reason in the kernel's own words goes to the buffer that was let go of just before on that processor", () => {
  const more = " caller=br_handle_frame_finish+0x40d/0x790";
  const lines = [
    probeLine("sk_skb_reason_drop", "port", tagged(NONCE, 1), { more }),
    probeLine("sk_skb_reason_drop", "other", tagged(NONCE, 2), { more, cpu: 1 }),
    dropLine("NO_TX_TARGET"),
  ];
  const frames = framesIn(lines.join("\n"), NONCE);
  expect(frames.get(1)).toMatchObject([{ caller: "br_handle_frame_finish+0x40d/0x790", reason: "NO_TX_TARGET" }]);
  expect(frames.get(2)?.[0]?.reason).toBeUndefined();
});

test("events the ring had no room for, and calls and returns that were missed, count as lost", () => {
  const stats = "overrun: 3\ncommit overrun: 0\ndropped events: 2\noverrun: 1\n";
  const profile = "  macvlan_handle_frame   12  1\n  macvlan_handle_frame_returned   12    4\n";
  expect(lostIn(stats, profile)).toBe(11);
});
