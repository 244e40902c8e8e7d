import { describe, expect, test } from "vitest";
import { neighbourhoodOf } from "../../lab/topology/residents.ts";
import { isLease, planTalks, TRIES } from "../../lab/traffic/talk-plan.ts";
import { talkScript } from "../../lab/traffic/talk-script.ts";
import { ALL, conversation, NONCE, onlyTalk, planOf } from "./talk-bench.ts";

describe("all conversations of the scenario", () => {
  const place = neighbourhoodOf(ALL, true);
  const { rounds } = planTalks(ALL, place, NONCE);

  test("are planned once, each with an id of its own", () => {
    const talks = rounds.flatMap((round) => round.talks);
    const asked = talks.flatMap(({ cell, resolves }) => (resolves ? [cell, resolves] : [cell]));
    expect(new Set(talks.map(({ id }) => id)).size).toBe(talks.length);
    expect(asked).toHaveLength(ALL.length);
    expect(new Set(asked)).toEqual(new Set(ALL));
  });

  test("that find a next hop and use it are one talk", () => {
    const found = rounds.flatMap((round) => round.talks).filter(({ resolves }) => resolves);
    expect(found).toHaveLength(ALL.filter(({ traffic }) => traffic === "arp" || traffic === "nd").length);
    for (const { cell, resolves } of found)
      expect({ ...resolves, traffic: cell.traffic === "icmp" ? "icmp" : "icmpv6" }).toEqual(cell);
  });

  test("that find a next hop are talks of their own where nothing else is asked", () => {
    const alone = ALL.filter(({ traffic }) => traffic === "arp");
    const talks = planTalks(alone, neighbourhoodOf(alone, true), NONCE).rounds.flatMap((round) => round.talks);
    expect(new Set(talks.map(({ cell }) => cell))).toEqual(new Set(alone));
  });

  test("are told apart by the addresses of their ends, in every round", () => {
    for (const { talks } of rounds) {
      const ends = talks.flatMap(({ source, destination, word }) =>
        word === "group" ? [source] : [source, destination],
      );
      const shared = talks.some(isLease) ? talks.map(({ source }) => source) : ends;
      expect(new Set(shared).size).toBe(shared.length);
    }
  });

  test("are one kind in one state of the relay a round, and the relay is switched once", () => {
    for (const { talks, reflectiveRelay } of rounds) {
      const kinds = talks.map(({ cell }) => `${cell.traffic} ${cell.neighbours} ${cell.route} ${cell.reflectiveRelay}`);
      expect(new Set(kinds).size).toBe(1);
      expect(talks.every(({ cell }) => cell.reflectiveRelay === reflectiveRelay)).toBe(true);
    }
    const relays = rounds.map(({ reflectiveRelay }) => Number(reflectiveRelay));
    expect(relays).toEqual([...relays].sort());
  });

  // Two entries a pair; across the router each end has the router, and the router has each end.
  test("ask for fewer neighbours a round than a kernel's one table holds", () => {
    for (const { talks } of rounds) {
      const ends = new Set(talks.flatMap(({ from, to }) => [from, to])).size;
      const routed = talks.some(({ cell }) => cell.route);
      expect(2 * talks.length + (routed ? 2 * ends : 0)).toBeLessThan(800);
    }
  });

  test("have their ends where the pair says: two of one kind and mode are two residents", () => {
    for (const { from, to } of rounds.flatMap(({ talks }) => talks)) expect(from).not.toBe(to);
  });
});

test("only who talks is built", () => {
  const { place } = planOf(conversation({}));
  expect([...place.residents.keys()].filter((name) => name.startsWith("a-"))).toEqual(["a-mvl-brg1", "a-mvl-brg2"]);
});

describe("the script", () => {
  const plan = planOf(conversation({}), conversation({ reflectiveRelay: true, traffic: "udp", neighbours: "static" }));
  const lines = talkScript(plan, "/run/x");
  const { id, from, to, source, destination } = onlyTalk(plan);

  test("opens every namespace before it is spoken of, and counts before and after each round", () => {
    const numbers = lines.flatMap((line) => /^ns (\d+) /.exec(line)?.[1] ?? []);
    for (const line of lines.filter((one) => one.startsWith("if "))) expect(numbers).toContain(line.split(" ")[2]);
    expect(lines.filter((line) => line === "counters")).toHaveLength(3);
    expect(lines.at(-1)).toBe("counters");
    expect(lines.indexOf("counters")).toBeLessThan(lines.indexOf("mark round 0 try 1"));
  });

  test("makes so many tries, each with a fence behind it that all wait for, and forgets afterwards", () => {
    const begin = lines.indexOf("mark round 0 try 1");
    const end = lines.indexOf("mark round 0 try 2");
    const round = lines.slice(begin + 1, end);
    expect(round[0]).toBe(`talk ${id} 1 icmp ${from.number} ${source} ${destination} 56`);
    expect(round.map((line) => line.split(" ")[0])).toEqual([
      ...["talk", "wait", ...[...plan.place.residents].map(() => "expect"), "send", "send", "wait", "hush"],
      ...["forget", "forget"],
    ]);
    expect(lines.filter((line) => /^mark round 0 try \d$/.test(line))).toHaveLength(TRIES);
    const sends = lines.filter((line) => line.startsWith("send "));
    expect(new Set(sends).size).toBe(sends.length); // every fence is a frame of its own
  });

  test("switches the relay of every port, and tells neighbours before the first try of those that are told", () => {
    const ports = plan.place.topology.lowers.map(({ port }) => `write /sys/class/net/${port}/brport/hairpin_mode`);
    for (const port of ports) {
      expect(lines.indexOf(`${port} 0`)).toBeGreaterThan(0);
      expect(lines.indexOf(`${port} 1`)).toBeGreaterThan(lines.indexOf(`mark round 0 try ${TRIES}`));
    }
    const told = lines.findIndex((line) => line.startsWith("neigh "));
    expect(lines[told]).toMatch(new RegExp(`^neigh ${from.number} 198\\.18\\.\\d+\\.\\d+ ${to.address}$`));
    expect(told).toBeLessThan(lines.indexOf("mark round 1 try 1"));
    const again = lines.slice(lines.indexOf("mark round 1 try 1"), lines.indexOf(`mark round 1 try ${TRIES}`));
    expect(again.filter((line) => line.startsWith("forget "))).toEqual([]);
  });

  test("waits as many times longer as the place is slow", () => {
    const waits = (slowness: number) =>
      talkScript(plan, "/run/x", slowness)
        .filter((line) => line.startsWith("wait "))
        .map((line) => line.split(" ").slice(1).map(Number));
    expect(waits(3)).toEqual(waits(1).map((wait) => wait.map((ms) => 3 * ms)));
  });

  test("holds tagged conversations on VLAN devices, which it knows only where they are", () => {
    const tagged = talkScript(planOf(conversation({ traffic: "vlan" })), "/run/x");
    expect(tagged.filter((line) => /^if 1\d\d \d+ vlan109$/.test(line))).toHaveLength(2);
    expect(tagged.filter((line) => /^forget 1\d\d$/.test(line))).toHaveLength(2 * TRIES);
    expect(lines.join("\n")).not.toContain("vlan109");
  });

  test("has a guest behind every macvtap, whose groups are made known to it", () => {
    const party = { kind: "macvtap", mode: "vepa" } as const;
    const guest = talkScript(planOf(conversation({ destination: party })), "/run/x");
    expect(guest.filter((line) => line.startsWith("pump "))).toEqual([
      expect.stringMatching(/^pump 2\d\d \d+ a-mvt-vep2$/),
    ]);
    expect(guest.filter((line) => line.startsWith("join "))).toHaveLength(3);
  });
});
