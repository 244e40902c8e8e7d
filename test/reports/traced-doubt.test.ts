/** What a trace must not be taken for: doubts, other ends than two endpoints at a switch, and drops that are none. */
import { describe, expect, test } from "vitest";
import type { CellResult, Trace } from "../../lab/model/results.ts";
import { storyOf } from "../../reports/story.ts";
import { AT_SWITCH, back, cell, FLOOD, freed, hop, IN_SWITCH, LOST, OUT, path, SENT } from "./traced-cell.ts";

const UNSURE = { verdict: "inconclusive", reason: "the capture dropped 30 frames" } as const;

describe("a run that could not tell", () => {
  const kept = { hops: [...back("pass"), FLOOD] };

  test("is no silence: what the kernel told is said as that", () => {
    const { fate, detail, limits } = storyOf(cell("broadcast", { ...LOST, path: path(5) }, kept, UNSURE));
    expect(fate).toBe("unknown");
    expect(detail).toMatch(
      /^the capture dropped 30 frames; as far as the kernel told, filtered without a copy: macvlan/,
    );
    expect(limits).toMatch(/the lab could not tell \(the capture dropped 30 frames\).*that could hide its fate/);
  });

  test("has its copies, and devices that are down", () => {
    expect(storyOf(cell("broadcast", { copies: 1 }, kept, UNSURE)).fate).toBe("delivered");
    const down = { hops: back("pass"), down: ["destination"] };
    expect(storyOf(cell("unicast", LOST, down, UNSURE)).fate).toBe("device down");
  });

  test("the verdict of the traced run counts, not the cell's", () => {
    const again = { ...kept, observed: { ...LOST, path: path(5) }, ...UNSURE };
    const { fate, traced } = storyOf(cell("broadcast", LOST, again, { verdict: "mismatch" }));
    expect([fate, traced?.of]).toEqual(["unknown", expect.stringMatching(/could not be told: the capture dropped 30/)]);
    const sure = { ...kept, observed: LOST, verdict: "mismatch" } as const;
    const { fate: told, traced: then } = storyOf(cell("broadcast", LOST, sure, UNSURE));
    expect([told, then?.of]).toEqual(["filtered without a copy", expect.stringMatching(/it behaved the same$/)]);
  });
});

test("copies of another packet type are other behaviour", () => {
  const counts = { copies: 1, echo: 0, wire: 1 };
  const again: Partial<Trace> = { hops: back("another"), observed: { ...counts, as: ["otherhost"] } };
  const { traced } = storyOf(cell("unicast", { ...counts, as: ["host"] }, again));
  expect(traced?.of).toMatch(/it behaved otherwise: copies 1, echo 0, wire 1, as otherhost$/);
});

describe("a group frame between bridge siblings", () => {
  const siblings = {
    source: { kind: "macvlan", mode: "bridge" },
    destination: { kind: "macvlan", mode: "bridge" },
  } as const;
  const shared = hop("macvlan_broadcast", "source");
  const [sent, ...further] = AT_SWITCH as [Trace["hops"][0], ...Trace["hops"][0][]];

  test("is the sender's own to copy, however far the switch took another", () => {
    for (const hops of [AT_SWITCH, SENT, [...OUT]]) {
      const { fate, detail } = storyOf(cell("broadcast", LOST, { hops }, siblings));
      expect([fate, detail]).toEqual([
        "filtered without a copy",
        "macvlan_start_xmit on source had macvlan_broadcast copy it to no sibling",
      ]);
    }
  });

  test("may be looked for and given to none, and come back to none", () => {
    const looked = storyOf(cell("broadcast", LOST, { hops: [sent, shared, ...further] }, siblings));
    expect(looked.detail).toBe("macvlan_broadcast on source gave its sibling none");
    const came = storyOf(cell("broadcast", LOST, { hops: [sent, shared, ...back("pass"), FLOOD] }, siblings));
    expect(came.detail).toMatch(
      /gave its sibling none; macvlan_handle_frame on low and macvlan_broadcast gave it none/,
    );
  });

  test("finds its sibling down, or its reader full", () => {
    const down = storyOf(cell("broadcast", LOST, { hops: AT_SWITCH, down: ["destination"] }, siblings));
    expect(down.fate).toBe("device down");
    const read = [sent, shared, hop("tap_handle_frame", "destination"), freed("destination", "tap_handle_frame")];
    expect(storyOf(cell("broadcast", LOST, { hops: read, drops: { destination: 1 } }, siblings)).fate).toBe(
      "queue overflow",
    );
  });

  test("could be hidden where macvlan_broadcast has no probe", () => {
    const lacking = { hops: AT_SWITCH, lacking: ["macvlan_broadcast"] };
    expect(storyOf(cell("broadcast", LOST, lacking, siblings)).limits).toContain("could hide its fate");
  });
});

describe("hosts outside", () => {
  const toExternal = {
    placement: "endpoint-to-external",
    destination: { kind: "external-host" },
  } as const;
  const devices = {
    source: "endpoint",
    low: "lower",
    in: "switchPort",
    port: "externalPort",
    ext: "destination",
  } as const;
  const hops = [...IN_SWITCH, hop("__br_forward", "port"), hop("veth_xmit", "port")];
  const way: CellResult["observed"]["path"] = [
    ["endpoint", "out", 1, 10],
    ["lower", "out", 2, 11],
    ["switchPort", "in", 3, 12],
    ["externalPort", "out", 4, 13],
  ];
  const outside = (reached: typeof way, more: Partial<Trace> = {}) => {
    const { lower: _, ...trace } = { lower: undefined, port: "port", devices, hops, ...more };
    const told = cell("unicast", { ...LOST, path: reached }, trace, toExternal);
    const { lower: __, ...rest } = told.trace as Trace;
    return storyOf({ ...told, trace: rest });
  };

  test("what came to the external host's device was not lost behind its port", () => {
    const { fate, detail } = outside([...way, ["destination", "in", 5, 14]]);
    expect([fate, detail]).toEqual([
      "filtered without a copy",
      "it came to ext, and the stack there took it as none of its own",
    ]);
  });

  test("what did not is told by how far it came", () => {
    expect(outside(way).detail).toBe("the cable behind the switch's port port");
    expect(outside(way, { hops: [...hops, hop("netif_rx", "ext")] })).toMatchObject({ fate: "unknown" });
    expect(outside(way, { down: ["ext"] }).fate).toBe("device down");
  });

  test("an external sender's frame is lost on its own cable", () => {
    const ends = { placement: "external-to-endpoint", source: { kind: "external-host" } } as const;
    const from = {
      ext: "endpoint",
      in: "externalPort",
      port: "destinationSwitchPort",
      low: "destinationLower",
    } as const;
    const sent = { hops: [hop("veth_xmit", "ext")], devices: from };
    const observed = { ...LOST, wire: 0, path: [["endpoint", "out", 1, 10]] } satisfies CellResult["observed"];
    expect(storyOf(cell("unicast", observed, sent, ends)).detail).toBe("the external host's cable to the switch");
  });

  test("a lower device's host that saw it as another host's", () => {
    const seen: CellResult["observed"]["path"] = [...(path(5) ?? []), ["destination", "in", 6, 15]];
    const kept = { hops: back("pass"), devices: { source: "endpoint", low: "lower", port: "switchPort" } } as const;
    const ends = { placement: "endpoint-to-lower-host", destination: { kind: "lower-host" } } as const;
    const { fate, detail } = storyOf(cell("unicast", { ...LOST, path: seen }, kept, ends));
    expect([fate, detail]).toEqual([
      "passed to the lower host",
      "the stack of low saw it, and took it as none of its own",
    ]);
  });
});

test("only the destination's queue is what had no room for it", () => {
  const full = [hop("tap_handle_frame", "source"), freed("source", "tap_handle_frame")];
  const others = cell("broadcast", LOST, { hops: [...back("pass"), FLOOD, ...full], drops: { source: 1 } });
  expect(storyOf(others)).toMatchObject({ fate: "filtered without a copy" });
});

test("no drop event makes a fate, and a frame that was consumed may have gone to its sender", () => {
  const event = freed("low", "macvlan_handle_frame");
  for (const hops of [[...back("another"), event], back("consumed"), [...back("consumed"), event]])
    expect(storyOf(cell("unicast", { ...LOST, path: path(5) }, { hops })).fate).toBe("filtered without a copy");
});
