import { describe, expect, test } from "vitest";
import type { Expected } from "../../lab/model/results.ts";
import { LAYER2_TRAFFIC } from "../../lab/model/vocabulary.ts";
import { judgeCell } from "../../lab/verdict/judge.ts";
import { ALL_FENCES, DELIVERED, EVERYWHERE, evidence, expecting, fence, sent } from "./bench.ts";

const SILENT = ["mvl-a outgoing", "low-a outgoing", "swp-a otherhost"];
const NOTHING: Partial<Expected> = { copies: 0, echo: 0, wire: 1, as: [] };
const without = (...names: string[]) => EVERYWHERE.filter((line) => !names.some((name) => line.startsWith(`${name} `)));

describe("match", () => {
  test("a copy where one was expected", () => {
    expect(judgeCell(expecting(), evidence())).toMatchObject({
      verdict: "match",
      observed: { copies: 1, echo: 0, wire: 1, as: ["host"] },
    });
  });

  test("silence where silence was expected, with every control", () => {
    const judged = judgeCell(expecting(NOTHING), evidence({ frames: [sent(SILENT)] }));
    expect(judged).toMatchObject({ verdict: "match", observed: { copies: 0, echo: 0, wire: 1, as: [] } });
    expect(judged.reason).toBeUndefined();
  });

  test("what the expectation leaves open is not compared", () => {
    const open: Expected = { copies: 1, by: "oracle", rule: "r" };
    const frame = sent([...DELIVERED, "mvl-a otherhost"]);
    expect(judgeCell(open, evidence({ frames: [frame] })).verdict).toBe("match");
  });
});

describe("mismatch", () => {
  test.each([
    ["a copy too few", {}, SILENT, "copies: expected 1, observed 0"],
    ["a duplicate", {}, [...DELIVERED, "mvl-b host"], "copies: expected 1, observed 2"],
    ["a copy where none was expected", NOTHING, DELIVERED, "copies: expected 0, observed 1"],
    ["an echo", {}, [...DELIVERED, "mvl-a host"], "echo: expected 0, observed 1"],
    ["a missing echo", { echo: 1 }, DELIVERED, "echo: expected 1, observed 0"],
    [
      "a frame that did not leave",
      {},
      DELIVERED.filter((line) => !line.startsWith("swp-a")),
      "wire: expected 1, observed 0",
    ],
    ["a frame that left twice", {}, [...DELIVERED, "swp-a otherhost"], "wire: expected 1, observed 2"],
    ["another packet type", {}, DELIVERED.with(-1, "mvl-b otherhost"), "copies as: expected host, observed otherhost"],
    [
      "a type beside the expected one",
      { copies: 2 },
      [...DELIVERED, "mvl-b otherhost"],
      "copies as: expected host, observed host+otherhost",
    ],
    ["several at once", {}, [...SILENT, "mvl-a host"], "copies: expected 1, observed 0; echo: expected 0, observed 1"],
  ])("%s", (_what, expected, lines, reason) => {
    expect(judgeCell(expecting(expected), evidence({ frames: [sent(lines)] }))).toMatchObject({
      verdict: "mismatch",
      reason,
    });
  });

  test("packet types are not compared where the counts differ already: one difference, one sentence", () => {
    expect(judgeCell(expecting(NOTHING), evidence()).reason).not.toContain("copies as");
  });
});

describe("inconclusive", () => {
  const expectDoubt = (judged: ReturnType<typeof judgeCell>, reason: RegExp | string) =>
    expect(judged).toMatchObject({ verdict: "inconclusive", reason: expect.stringMatching(reason) });

  test("a probe that was never sent", () => {
    const judged = judgeCell(expecting(NOTHING), evidence({ frames: [undefined] }));
    expectDoubt(judged, "a probe was never sent");
    expect(judged.observed).toEqual({});
  });

  test("one of many probes that was never sent", () => {
    const frames = [...Array.from({ length: 8 }, () => sent(SILENT)), undefined];
    expectDoubt(judgeCell(expecting(NOTHING), evidence({ traffic: "multicast-not-joined", frames })), "never sent");
  });

  test("a probe the sender's device refused, with the errno", () => {
    const frames = [sent([], { sendResult: 105 })];
    expectDoubt(judgeCell(expecting(NOTHING), evidence({ frames })), "refused a probe with errno 105");
  });

  test("a probe nobody saw leaving its sender: what came in there is no proof", () => {
    const frames = [sent(["mvl-a host", "low-a outgoing", "swp-a otherhost", "mvl-b host"])];
    expectDoubt(judgeCell(expecting(), evidence({ frames })), "not seen leaving its sender");
  });

  test.each([
    ["destination", "mvl-b", /^no fence was seen at the destination \(mvl-b\)/],
    ["sender", "mvl-a", /^no fence was seen at the sender \(mvl-a\)/],
    ["switch port", "swp-a", /^no fence was seen at the switch port \(swp-a\)/],
  ])("no fence at the %s, even where all is as expected", (_what, name, reason) => {
    const fences = [fence("unicast", without(name)), fence("group", without(name))];
    expectDoubt(judgeCell(expecting(), evidence({ fences })), reason);
    expectDoubt(judgeCell(expecting(NOTHING), evidence({ fences, frames: [sent(SILENT)] })), reason);
  });

  test("no fence at all: one sentence for each tap", () => {
    const { reason = "" } = judgeCell(expecting(), evidence({ fences: [] }));
    expect(reason.match(/no fence/g)).toHaveLength(3);
  });

  test("a fence that left a tap has not arrived there", () => {
    const lines = EVERYWHERE.map((line) => (line.startsWith("mvl-b ") ? "mvl-b outgoing" : line));
    expectDoubt(judgeCell(expecting(), evidence({ fences: [fence("unicast", lines)] })), "the destination");
  });

  test("a fence on the interface of a macvtap is none at its reader", () => {
    const frames = [sent(SILENT)];
    const lines = EVERYWHERE.map((line) => line.replace("mvt-b:device", "mvt-b"));
    const judged = judgeCell(
      expecting(NOTHING),
      evidence({ destination: "mvt-b", frames, fences: [fence("unicast", lines)] }),
    );
    expectDoubt(judged, /destination \(mvt-b:device\)/);
  });

  test("a fence sent before the probe fences nothing", () => {
    const early = [fence("unicast", EVERYWHERE, 0), fence("unicast", EVERYWHERE, 1)];
    expectDoubt(judgeCell(expecting(NOTHING), evidence({ frames: [sent(SILENT)], fences: early })), "no fence");
  });

  test("of many probes, the last one is to be fenced", () => {
    const frames = [...Array.from({ length: 8 }, () => sent(SILENT)), sent(SILENT, { order: 3 })];
    expectDoubt(judgeCell(expecting(NOTHING), evidence({ traffic: "multicast-not-joined", frames })), "no fence");
  });

  test.each(LAYER2_TRAFFIC)(
    "%s is fenced by groups; by unicast only if it is unicast: groups come later",
    (traffic) => {
      const cell = { traffic, frames: [sent(SILENT)] };
      const judged = (kind: "group" | "unicast") =>
        judgeCell(expecting(NOTHING), evidence({ ...cell, fences: [fence(kind, EVERYWHERE)] }));
      expect(judged("group").verdict).toBe("match");
      if (["unicast", "unknown-unicast"].includes(traffic)) expect(judged("unicast").verdict).toBe("match");
      else expectDoubt(judged("unicast"), "no fence");
    },
  );

  describe("an endpoint that is deaf to groups", () => {
    const toDeaf = { traffic: "broadcast", frames: [sent(SILENT)] } as const;
    const judged = (expected: Partial<Expected>, unicast: readonly string[], group: readonly string[]) =>
      judgeCell(
        expecting(expected),
        evidence({ ...toDeaf, fences: [fence("unicast", unicast), fence("group", group)] }),
      );

    test("is silent where another one of its lower device got the fence, and it a unicast one", () => {
      expect(judged({}, EVERYWHERE, without("mvl-b")).verdict).toBe("mismatch");
      expect(judged(NOTHING, EVERYWHERE, without("mvl-b")).verdict).toBe("match");
    });

    test("cannot be told where no other one got it, or where it was not watched", () => {
      const nobody = without("mvl-b").filter((line) => !line.startsWith("mvt-b"));
      expectDoubt(judged({}, EVERYWHERE, nobody), "the destination");
      expectDoubt(judged({}, without("mvl-b"), without("mvl-b")), "the destination");
    });

    test("and to all others too is silent where a later frame of its own was seen leaving", () => {
      const deaf = without("mvl-b");
      expect(judged({}, [...deaf, "mvl-b outgoing"], deaf).verdict).toBe("mismatch");
      const nobody = deaf.filter((line) => !line.startsWith("mvt-b"));
      expectDoubt(judged({}, [...nobody, "mvl-b outgoing"], nobody), "the destination");
    });
  });

  test("frames the capture dropped, with their number", () => {
    expectDoubt(judgeCell(expecting(), evidence({ captureDrops: 3 })), "the capture dropped 3 frames");
  });

  test.each(["mvl-a", "low-a", "swp-a", "mvl-b", "low-b", "swp-b"])("frames %s dropped", (name) => {
    expectDoubt(judgeCell(expecting(), evidence({ drops: new Map([[name, 2]]) })), `"${name}" dropped 2 frames`);
  });

  test("drops elsewhere are nobody's doubt", () => {
    const drops = new Map([
      ["low-p", 9],
      ["mvt-b", 9],
      ["swp-ext", 9],
    ]);
    expect(judgeCell(expecting(), evidence({ drops })).verdict).toBe("match");
  });

  test("keeps what was observed, and shows it", () => {
    const judged = judgeCell(expecting(NOTHING), evidence({ captureDrops: 1 }));
    expect(judged.observed).toMatchObject({ copies: 1, echo: 0, wire: 1 });
    expect(judged.evidence.length).toBeGreaterThan(0);
  });

  test("says each doubt once", () => {
    const frames = Array.from({ length: 9 }, () => undefined);
    const { reason = "" } = judgeCell(expecting(), evidence({ traffic: "multicast-not-joined", frames }));
    expect(reason.match(/never sent/g)).toHaveLength(1);
  });
});

describe("the lower host beside passthru", () => {
  const toHost = { destination: "low-p", frames: [sent(SILENT)] };

  test("is fenced by group frames: no unicast reaches it", () => {
    const groups = [fence("group", EVERYWHERE), fence("unicast", without("low-p:host"))];
    expect(judgeCell(expecting(NOTHING), evidence({ ...toHost, fences: groups })).verdict).toBe("match");
    const none = [fence("group", without("low-p:host")), fence("unicast", without("low-p:host"))];
    expect(judgeCell(expecting(NOTHING), evidence({ ...toHost, fences: none })).reason).toContain("low-p:host");
  });
});

describe("groups nobody joined", () => {
  const LEAK = [...SILENT, "mvl-b multicast"];
  const judge = (leaks: number, expected = NOTHING, leak = LEAK) => {
    const frames = Array.from({ length: 9 }, (_, index) => sent(index < leaks ? leak : SILENT));
    return judgeCell(expecting(expected), evidence({ traffic: "multicast-not-joined", frames }));
  };

  test("are judged by their median; what leaked is counted", () => {
    expect(judge(0)).toMatchObject({ verdict: "match", observed: { copies: 0, leaked: [0, 9], as: [] } });
    expect(judge(4)).toMatchObject({ verdict: "match", observed: { copies: 0, leaked: [4, 9], as: [] } });
  });

  test("mismatch once most got through", () => {
    expect(judge(5)).toMatchObject({ verdict: "mismatch", observed: { copies: 1, leaked: [0, 9], as: ["multicast"] } });
  });

  test("a leaked echo is a leak", () => {
    expect(judge(2, NOTHING, [...SILENT, "mvl-a multicast"])).toMatchObject({
      verdict: "match",
      observed: { echo: 0, leaked: [2, 9] },
    });
  });

  test("but one that left the lower device more often than it should is none", () => {
    expect(judge(1, NOTHING, [...SILENT, "swp-a otherhost"])).toMatchObject({
      verdict: "mismatch",
      reason: "wire: expected 1, observed 2",
    });
  });

  test("other traffic tells of no leaks", () => {
    expect(judgeCell(expecting(), evidence()).observed).not.toHaveProperty("leaked");
  });
});

describe("evidence", () => {
  test("names capture, interfaces, frames and the controls that make an absence credible", () => {
    const { evidence: shown } = judgeCell(expecting(), evidence({ fences: ALL_FENCES }));
    const byName = new Map(shown.map((one) => [one.interface, one]));
    expect(shown.every(({ capture }) => capture === "captures/x.pcapng")).toBe(true);
    expect(byName.get("mvl-a")).toMatchObject({ frames: [1], control: [900] });
    expect(byName.get("swp-a")).toMatchObject({ frames: [3], control: [908] });
    expect(byName.get("mvl-b")).toMatchObject({ frames: [6], control: [901] });
    expect(byName.size).toBe(3);
  });

  test("of a macvtap is its device", () => {
    const lines = [...SILENT, "mvt-b host", "mvt-b:device host"];
    const { evidence: shown } = judgeCell(
      expecting({ as: [] }),
      evidence({ destination: "mvt-b", frames: [sent(lines)] }),
    );
    expect(shown.find((one) => one.interface === "mvt-b:device")).toMatchObject({ frames: [5], control: [902] });
    expect(shown.find((one) => one.interface === "mvt-b")).toBeUndefined();
  });
});
