import { describe, expect, test } from "vitest";
import { interfaceOf } from "../../lab/model/topology.ts";
import { JOINED_GROUP } from "../../lab/topology/addresses.ts";
import { denseArrangement } from "../../lab/topology/arrangement.ts";
import { arrivals } from "../../lab/traffic/fence-arrival.ts";
import { frameId, tagBytes } from "../../lab/traffic/frame.ts";
import { type Plan, planTraffic } from "../../lab/traffic/plan.ts";
import { planInterfaces, RECORD_KIND } from "../../lab/traffic/plan-lines.ts";
import { INTERLUDE, playScript } from "../../lab/traffic/play-script.ts";
import { CELLS, NONCE, PLAN } from "./whole-plan.ts";

const NAMES = planInterfaces(PLAN);
const LINES = playScript(PLAN, "/run/pipe");
const WORDS = LINES.map((line) => line.split(" "));
const at = (first: string) => LINES.indexOf(first);

/** The lines between two marks, the second left out. */
const relayState = (relay: string, lines = LINES) => {
  const from = lines.indexOf(`mark relay-${relay}`);
  const to = lines.findIndex((line, index) => index > from && /^(mark|counters)/.test(line));
  return lines.slice(from, to);
};
const sentIds = (lines: readonly string[]) =>
  lines
    .filter((line) => line.startsWith("send "))
    .map((line) => frameId(Buffer.from(line.split(" ")[2] ?? "", "hex"), NONCE));

describe("the script of everything", () => {
  test("speaks only the agent's words", () => {
    const known = new Set(["ring", "if", "join", "counters", "mark", "write", "send", "expect", "wait"]);
    expect(WORDS.map(([word]) => word).filter((word) => !known.has(word as string))).toEqual([]);
    expect(LINES.filter((line) => line.includes("\n"))).toEqual([]);
  });

  test("numbers every interface, macvtaps as devices to read", () => {
    const macvtaps = new Set(
      PLAN.topologies.flatMap(({ endpoints }) =>
        endpoints.filter((one) => one.kind === "macvtap").map(({ name }) => name),
      ),
    );
    const declared = WORDS.filter(([word]) => word === "if");
    expect(declared).toEqual(
      NAMES.map((name, number) => ["if", String(number), name, macvtaps.has(name) ? "tap" : "packet"]),
    );
    expect(new Set(NAMES).size).toBe(NAMES.length);
  });

  test("opens its rings before anything else, and joins the group on every endpoint and nowhere else", () => {
    expect(WORDS[0]?.[0]).toBe("ring");
    const joined = WORDS.filter(([word]) => word === "join").map(([, number, group]) => [NAMES[Number(number)], group]);
    const endpoints = PLAN.topologies.flatMap((topology) => topology.endpoints.map(({ name }) => [name, JOINED_GROUP]));
    expect(joined).toEqual(endpoints);
  });

  test("sends every frame once, in the plan's order, on its sender's interface", () => {
    const sent = WORDS.filter(([word]) => word === "send");
    const byRelay = (relay: boolean) => PLAN.frames.filter(({ reflectiveRelay }) => reflectiveRelay === relay);
    const planned = [...byRelay(false), ...byRelay(true)];
    expect(sentIds(LINES)).toEqual(planned.map(({ id }) => id));
    expect(sent.map(([, number]) => NAMES[Number(number)])).toEqual(planned.map(({ from }) => interfaceOf(from)));
  });

  test.each([
    ["off", "0"],
    ["on", "1"],
  ])("relay %s: sets every lower device's port before the first frame", (relay, value) => {
    const lines = relayState(relay);
    const firstSend = lines.findIndex((line) => line.startsWith("send"));
    const ports = PLAN.topologies.flatMap(({ lowers }) => lowers.map(({ port }) => port));
    const set = lines.slice(0, firstSend).filter((line) => line.startsWith("write"));
    expect(set).toEqual(ports.map((port) => `write /sys/class/net/${port}/brport/hairpin_mode ${value}`));
  });

  test.each(["off", "on"])("relay %s: expects every arrival of every fence before sending the first one", (relay) => {
    const lines = relayState(relay);
    const fences = PLAN.frames.filter((frame) => frame.fence && frame.reflectiveRelay === (relay === "on"));
    const expected = fences.flatMap((fence) =>
      arrivals(fence, PLAN.topologies[fence.fence?.topology ?? 0] as never).map(
        ({ interface: name, tap }) =>
          `expect ${NAMES.indexOf(name)} ${RECORD_KIND[tap]} ${tagBytes(NONCE, fence.id).toString("hex")}`,
      ),
    );
    expect(lines.filter((line) => line.startsWith("expect"))).toEqual(expected);
    const firstFence = lines.findIndex((line) => line.startsWith("send") && sentIds([line])[0] === fences[0]?.id);
    expect(lines.findLastIndex((line) => line.startsWith("expect"))).toBeLessThan(firstFence);
    expect(sentIds(lines.slice(firstFence))).toEqual(fences.map(({ id }) => id));
    expect(lines.at(-1)).toMatch(/^wait \d+ \d+$/);
  });

  test("takes the counters before the first frame and after the last wait", () => {
    const taken = LINES.flatMap((line, index) => (line === "counters" ? [index] : []));
    expect(taken).toHaveLength(2);
    expect(taken[0]).toBeLessThan(at("mark relay-off"));
    expect(taken[1]).toBe(LINES.length - 1);
  });
});

test("a relay state nobody asks about is not played", () => {
  const cells = CELLS.filter(({ reflectiveRelay }) => reflectiveRelay);
  const lines = playScript(planTraffic(cells, denseArrangement(cells), NONCE), "/p");
  expect(lines.filter((line) => line.startsWith("mark"))).toEqual(["mark relay-on"]);
});

describe("an interlude", () => {
  const withInterlude: Plan = { ...PLAN, interlude: ["link set x up"] };
  const lines = playScript(withInterlude, "/run/pipe");

  test("is due once, when the first relay state's probes have come to rest and before its fences", () => {
    expect(lines.filter((line) => line === INTERLUDE)).toHaveLength(1);
    const index = lines.indexOf(INTERLUDE);
    expect(lines.slice(index - 2, index)).toEqual([expect.stringMatching(/^wait /), "write /run/pipe due"]);
    const probes = PLAN.frames.filter((frame) => !frame.fence && !frame.reflectiveRelay).map(({ id }) => id);
    expect(sentIds(lines.slice(0, index))).toEqual(probes);
    expect(lines.slice(index).some((line) => line === "mark relay-on")).toBe(true);
  });

  test("is not there where the plan has none", () => {
    expect(LINES).not.toContain(INTERLUDE);
    expect(LINES.some((line) => line.includes("/run/pipe"))).toBe(false);
  });
});

test("a slow place is waited for as many times longer", () => {
  const waits = (lines: readonly string[]) => new Set(lines.filter((line) => line.startsWith("wait ")));
  expect(waits(LINES)).toEqual(new Set(["wait 30 3000"]));
  expect(waits(playScript(PLAN, "/run/pipe", 2.5))).toEqual(new Set(["wait 30 7500"]));
});
