/** How far conversations come, typed by hand from the reading of the source, with the reasons beside the tables. */
import { describe, expect, test } from "vitest";
import { type Conversation, cellName } from "../../lab/model/cell.ts";
import type { KernelVersion } from "../../lab/model/kernel-version.ts";
import type { Outcome, Party, Talk } from "../../lab/model/vocabulary.ts";
import { withFlipped } from "../../lab/oracle/flip.ts";
import { predictConversation } from "../../lab/oracle/predict-conversation.ts";
import type { RuleId } from "../../lab/oracle/rules.ts";
import { ALL_CONVERSATIONS, GENERATIONS, party } from "./cells.ts";

const LETTERS: Readonly<Record<Outcome, string>> = { answered: "a", heard: "h", unheard: "u", unresolved: "?" };
const ASKING: readonly Talk[] = ["arp", "nd"];
const ONE_WAY: readonly Talk[] = ["igmp", "mld"];
/** They differ in size, in the number of frames and in the family, never in how far they come. */
const TWO_WAY: readonly Talk[] = ["icmp", "icmp-full", "icmp-fragments", "udp", "tcp", "icmpv6"];

const NEWEST: KernelVersion = [7, 3, 4];

type Question = Pick<Conversation, "placement" | "reflectiveRelay" | "neighbours" | "route">;

/** Rows as in the tables below: the sender, then the outcome at each of `columns`. */
function tableOf(question: Question, traffic: Talk, columns: string, rows: readonly string[]): string[] {
  return rows.map((row) => {
    const sender = row.split(" ")[0] ?? "";
    const letters = columns.split(" ").map((column) => lettersOf(question, traffic, party(sender), party(column)));
    return [sender, ...letters].join(" ");
  });
}

/** One letter where all generations agree, and on the newest both kinds of endpoints. */
function lettersOf(question: Question, traffic: Talk, source: Party, destination: Party): string {
  const cell = { ...question, traffic, source, destination };
  const predictions = [
    ...GENERATIONS.map((kernel) => predictConversation(cell, kernel)),
    ...withMacvtaps(cell).map((other) => predictConversation(other, NEWEST)),
  ];
  expect(predictions.every(({ rule, extrapolated }) => /^\w+: /.test(rule) && !extrapolated)).toBe(true);
  return [...new Set(predictions.map(({ outcome }) => LETTERS[outcome]))].join("/");
}

function withMacvtaps(cell: Conversation): Conversation[] {
  const tap = (end: Party): Party => (end.mode ? { ...end, kind: "macvtap" } : end);
  const [source, destination] = [tap(cell.source), tap(cell.destination)];
  return [
    { ...cell, source },
    { ...cell, destination },
    { ...cell, source, destination },
  ];
}

function expectTable(question: Question, talks: readonly Talk[], columns: string, rows: readonly string[]): void {
  for (const traffic of talks) expect(tableOf(question, traffic, columns, rows), traffic).toEqual(rows);
}

const SIBLINGS = "P V B S+ S-";
const EVERYBODY = "P V B T S+ S-";
const all = (senders: string, row: string): string[] => senders.split(" ").map((sender) => `${sender} ${row}`);

describe("siblings without reflective relay", () => {
  const question = { placement: "same-lower", reflectiveRelay: false } as const;

  // macvlan_queue_xmit hands over between bridge endpoints alone; all else goes out, and nothing comes back
  test("only bridge endpoints talk", () => {
    const none = all("P V", "? ? ? ? ?");
    expectTable(question, [...TWO_WAY, "vlan"], SIBLINGS, [...none, "B ? ? a ? ?", "S ? ? ? ? ?"]);
    expectTable(question, [...ASKING, "dhcp"], SIBLINGS, [...all("P V", "u u u u u"), "B u u a u u", "S u u u u u"]);
    expectTable(question, ONE_WAY, SIBLINGS, [...all("P V", "u u u u u"), "B u u h u u", "S u u u u u"]);
  });

  test("being told the addresses helps nobody", () => {
    const rows = [...all("P V", "u u u u u"), "B u u a u u", "S u u u u u"];
    expectTable({ ...question, neighbours: "static" }, TWO_WAY, SIBLINGS, rows);
  });
});

describe("siblings with reflective relay", () => {
  const question = { placement: "same-lower", reflectiveRelay: true } as const;

  // macvlan_handle_frame: what a private or source endpoint asked everybody comes back to itself alone, but only after
  // macvlan_forward_source gave its copies; what a vepa or bridge one asked goes to vepa and bridge ones. A source
  // endpoint's list is asked first in every case.
  const asked = ["P u u u a u", "V u a a a u", "B u a a a u", "S u u u a u"];

  test("who asks in vain cannot talk", () => {
    expectTable(question, ASKING, SIBLINGS, asked);
    expectTable(question, ["dhcp"], SIBLINGS, asked);
    const rows = ["P ? ? ? a ?", "V ? a a a ?", "B ? a a a ?", "S ? ? ? a ?"];
    expectTable(question, [...TWO_WAY, "vlan"], SIBLINGS, rows);
  });

  test("one datagram to a group gets where the question gets", () => {
    const rows = ["P u u u h u", "V u h h h u", "B u h h h u", "S u u u h u"];
    expectTable(question, ONE_WAY, SIBLINGS, rows);
  });

  // the unicast branch of macvlan_handle_frame looks at no mode but the destination's being source
  test("who was told the address talks to private endpoints as well, in every mode", () => {
    expectTable({ ...question, neighbours: "static" }, TWO_WAY, SIBLINGS, all("P V B S", "a a a a u"));
  });
});

describe.each([false, true])("across the switch, relay %s", (reflectiveRelay) => {
  const sides = [
    ["two-lowers", "P V B T S", EVERYBODY],
    ["external-to-endpoint", "external", EVERYBODY],
    ["endpoint-to-external", "P V B T S", "external"],
  ] as const;

  // what no endpoint of this lower device sent is from outside: a group frame goes to all but source endpoints, which
  // hear who is on their list and nobody else
  test.each(sides)("%s: everybody talks but who is not on the list", (placement, senders, columns) => {
    const question = { placement, reflectiveRelay };
    const row = (good: string, deaf: string) =>
      columns.split(" ").map((column) => (column === "S-" ? deaf : good)).join(" "); // biome-ignore format: one line
    expectTable(question, [...TWO_WAY, "vlan"], columns, all(senders, row("a", "?")));
    expectTable(question, [...ASKING, "dhcp"], columns, all(senders, row("a", "u")));
    expectTable(question, ONE_WAY, columns, all(senders, row("h", "u")));
    expectTable({ ...question, neighbours: "static" }, TWO_WAY, columns, all(senders, row("a", "u")));
  });
});

describe("with the lower device's host", () => {
  const [to, from] = ["endpoint-to-lower-host", "lower-host-to-endpoint"] as const;
  const off = { reflectiveRelay: false };
  const on = { reflectiveRelay: true };

  // macvlan_start_xmit hands nothing to the lower device's own stack, and the host's frames meet no endpoint going out
  test("nobody talks without reflective relay", () => {
    expectTable({ placement: to, ...off }, TWO_WAY, "lower", all("P V B T S", "?"));
    expectTable({ placement: from, ...off }, TWO_WAY, EVERYBODY, all("lower", "? ? ? ? ? ?"));
    expectTable({ placement: to, ...off, neighbours: "static" }, TWO_WAY, "lower", all("P V B T S", "u"));
    expectTable({ placement: from, ...off, neighbours: "static" }, TWO_WAY, EVERYBODY, all("lower", "u u u u u u"));
    expectTable({ placement: to, ...off }, [...ASKING, ...ONE_WAY, "dhcp"], "lower", all("P V B T S", "u"));
  });

  // the question of a private or source endpoint is kept from the host as from everybody; the host's own is from outside
  test("with it who asks decides for private and source endpoints", () => {
    expectTable({ placement: to, ...on }, ASKING, "lower", ["P u", "V a", "B a", "T u", "S u"]);
    expectTable({ placement: to, ...on }, TWO_WAY, "lower", ["P ?", "V a", "B a", "T ?", "S ?"]);
    expectTable({ placement: to, ...on }, ONE_WAY, "lower", ["P u", "V h", "B h", "T u", "S u"]);
    expectTable({ placement: from, ...on }, TWO_WAY, EVERYBODY, ["lower a a a ? a ?"]);
    expectTable({ placement: from, ...on }, ONE_WAY, EVERYBODY, ["lower h h h h h u"]);
  });

  test("with it and told the addresses all but passthru endpoints talk", () => {
    const question = { placement: to, ...on, neighbours: "static" } as const;
    expectTable(question, TWO_WAY, "lower", ["P a", "V a", "B a", "T u", "S a"]);
    expectTable({ ...question, placement: from }, TWO_WAY, EVERYBODY, ["lower a a a h a u"]);
  });

  // The two share an address. The host's question comes back as its endpoint's own and goes to that endpoint; what it
  // answers is addressed to its own address and comes back to it, for it takes all unicast frames.
  test("a passthru endpoint hears its host's question, and answers itself", () => {
    expectTable({ placement: from, ...on }, ASKING, EVERYBODY, ["lower a a a h a u"]);
    expectTable({ placement: from, ...on }, ["dhcp"], EVERYBODY, ["lower a a a h a u"]);
  });

  // __netif_receive_skb_core: vlan_do_receive before the receive handler, whoever the frame is for
  test("tagged frames stop at the host's VLAN device", () => {
    for (const relay of [off, on]) {
      expectTable({ placement: to, ...relay }, ["vlan"], "lower", all("P V B T S", "?"));
      expectTable({ placement: from, ...relay }, ["vlan"], EVERYBODY, ["lower ? ? ? ? ? ?"]);
    }
  });
});

describe.each([false, true])("through a router, relay %s", (reflectiveRelay) => {
  const question = { reflectiveRelay, route: "router" } as const;
  const both = [{ ...question }, { ...question, neighbours: "static" as const }];

  // its frames are from outside, and its ports are another's than the endpoints'
  test("siblings talk in every mode, private ones too", () => {
    for (const each of both)
      expectTable({ placement: "same-lower", ...each }, TWO_WAY, SIBLINGS, all("P V B S", "a a a a u"));
  });

  test("the lower device's host talks to all but passthru endpoints", () => {
    for (const each of both)
      expectTable({ placement: "endpoint-to-lower-host", ...each }, TWO_WAY, "lower", [
        "P a",
        "V a",
        "B a",
        "T u",
        "S a",
      ]);
    const placement = "lower-host-to-endpoint";
    // the router's answer to the host goes to the endpoint; where nothing is asked the host's packet gets through
    expectTable({ placement, ...question }, TWO_WAY, EVERYBODY, ["lower a a a ? a u"]);
    expectTable({ placement, ...question, neighbours: "static" }, TWO_WAY, EVERYBODY, ["lower a a a h a u"]);
  });

  test("so does everybody across the switch", () => {
    for (const each of both) {
      expectTable({ placement: "two-lowers", ...each }, TWO_WAY, EVERYBODY, all("P V B T S", "a a a a a u"));
      expectTable({ placement: "external-to-endpoint", ...each }, TWO_WAY, EVERYBODY, ["external a a a a a u"]);
      expectTable({ placement: "endpoint-to-external", ...each }, TWO_WAY, "external", all("P V B T S", "a"));
    }
  });

  test("it passes on no group frames", () => {
    const cell = { ...question, placement: "same-lower", source: party("V"), destination: party("V") } as const;
    for (const traffic of ["igmp", "mld", "dhcp"] as const)
      expect(() => predictConversation({ ...cell, traffic }, [6, 1, 0])).toThrow("does not pass on group frames");
  });
});

test("ends that exclude each other are refused", () => {
  const cell = { placement: "same-lower", reflectiveRelay: false, traffic: "icmp" } as const;
  const passthru = { ...cell, source: party("V"), destination: party("T") };
  expect(() => predictConversation(passthru, [6, 1, 0])).toThrow("cannot exist at once: EINVAL");
});

const BY_NAME = new Map(ALL_CONVERSATIONS.map((cell) => [cellName(cell), cell]));

function named(name: string): Conversation {
  const cell = BY_NAME.get(name);
  if (!cell) throw new RangeError(`"${name}" is no conversation`);
  return cell;
}

const WITNESSES: readonly (readonly [RuleId, string, Outcome, Outcome])[] = [
  ["next-hop-is-asked-for", "same-lower relay-on icmp macvlan/private>macvlan/vepa", "unresolved", "answered"],
  ["arp-teaches-the-asked", "lower-host-to-endpoint relay-on udp lower-host>macvlan/private", "answered", "heard"],
  ["nd-teaches-the-asked", "lower-host-to-endpoint relay-on icmpv6 lower-host>macvlan/private", "answered", "heard"],
  ["solicited-group-is-joined", "two-lowers relay-off nd macvlan/vepa>macvlan/vepa", "answered", "unheard"],
  ["multicast-filter", "two-lowers relay-off mld macvlan/vepa>macvlan/vepa", "heard", "unheard"],
  ["own-group-frame-returns", "same-lower relay-on arp macvlan/private>macvlan/vepa", "unheard", "answered"],
  ["group-from-vepa", "same-lower relay-on tcp macvlan/vepa>macvlan/private", "unresolved", "answered"],
  ["group-from-outside", "external-to-endpoint relay-off icmp external-host>macvlan/vepa", "answered", "unresolved"],
  ["bridge-unicast-direct", "same-lower relay-off icmp macvlan/bridge>macvlan/bridge", "answered", "unresolved"],
  ["bridge-group-direct", "same-lower relay-off nd macvlan/bridge>macvlan/bridge", "answered", "unheard"],
  [
    "unicast-by-destination",
    "same-lower relay-on icmp static-neighbours macvlan/private>macvlan/private",
    "answered",
    "unheard",
  ],
  [
    "source-list-copies",
    "external-to-endpoint relay-off udp external-host>macvtap/source+sender",
    "answered",
    "unresolved",
  ],
  ["group-passes-on", "endpoint-to-lower-host relay-on arp macvlan/vepa>lower-host", "answered", "unheard"],
  ["back-out-of-its-port", "same-lower relay-off icmp by-router macvlan/vepa>macvlan/vepa", "answered", "unresolved"],
  ["known-address-one-port", "same-lower relay-off icmp by-router macvlan/vepa>macvlan/vepa", "answered", "unresolved"],
  ["stack-takes-its-own", "endpoint-to-external relay-off udp macvlan/vepa>external-host", "answered", "unresolved"],
  ["vlan-before-handler", "endpoint-to-lower-host relay-on vlan macvlan/vepa>lower-host", "unresolved", "answered"],
  ["reader-takes-all", "two-lowers relay-off icmp macvtap/vepa>macvtap/vepa", "answered", "unresolved"],
];

describe("one rule turned round", () => {
  test.each(WITNESSES)("%s: %s: %s, then %s", (id, name, before, after) => {
    const cell = named(name);
    expect(predictConversation(cell, NEWEST).outcome).toBe(before);
    expect(predictConversation(cell, NEWEST, withFlipped(id)).outcome).toBe(after);
  });
});

test("every conversation has a prediction", () => {
  for (const cell of ALL_CONVERSATIONS)
    expect(predictConversation(cell, [6, 1, 192]).rule, cellName(cell)).not.toBe("");
});

describe("what is quoted", () => {
  const rule = (name: string) => predictConversation(named(name), NEWEST).rule;

  test("of a lost frame, what lost it", () => {
    expect(rule("same-lower relay-on icmp macvlan/private>macvlan/vepa")).toBe(
      [
        "neigh_resolve_output: a stack that does not know the address of its next hop asks for it before it sends",
        "macvlan_queue_xmit: what is not between two bridge endpoints leaves by the lower device, whoever it is for",
        "br_handle_frame_finish: the switch floods group frames and frames for addresses it does not know to all its ports",
        "should_deliver: a frame goes back out of the port it came in by only where the port has reflective relay",
        "macvlan_handle_frame: a group frame that comes back to a private, source or passthru sender goes to that sender and nobody else",
      ].join("; "),
    );
  });

  test("of one that came to its end, what the driver did with its frames, and nothing any stack or switch does", () => {
    const quoted = rule("two-lowers relay-off icmpv6 macvlan/vepa>macvtap/bridge");
    for (const name of ["macvlan_queue_xmit", "macvlan_broadcast", "tap_handle_frame"])
      expect(quoted).toContain(`${name}: `);
    for (const name of ["br_handle_frame_finish", "ndisc_recv_ns", "should_deliver", "arp_process"])
      expect(quoted).not.toContain(name);
  });

  test("of one that needs reflective relay, that too", () => {
    expect(rule("same-lower relay-on icmp macvlan/vepa>macvlan/vepa")).toContain("should_deliver: ");
  });

  test("in few words", () => {
    const rules = ALL_CONVERSATIONS.map((cell) => predictConversation(cell, NEWEST).rule.length);
    expect(rules.reduce((sum, length) => sum + length, 0) / rules.length).toBeLessThan(600);
  });
});
