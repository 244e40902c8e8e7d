/**
 * A stack with three macvlans on one lower device, an address each in one subnet: set-ups that differ in settings alone
 * share a few of these, one after the other.
 *
 *     [.1 .21   .2 .22   .3 .23]    [external host: .101 .102 .103, .111 .112 .113]
 *        |_________|________|               |
 *      lower device, port of the switch ____|
 *
 * Of each macvlan's two addresses one is asked, the other speaks first: what is learnt from the one is nothing to the other.
 */
import type { CheckSpec } from "../model/scenario.ts";
import type { SeveralAddresses } from "../model/stacks-look.ts";
import { endpointCommand } from "./commands.ts";
import { OUTSIDE, type Setting, type SitePart, siteAddress, siteInternet, siteName, upLines } from "./site.ts";
import { type Arranged, ECHO_BYTES, type SiteTalk } from "./site-talk.ts";

export interface SeveralAddressesCheck extends CheckSpec {
  readonly setUp: SeveralAddresses;
}

export const ORDINALS = ["first", "second", "third"] as const;
/** Behind everything that is asked in other settings. */
const TURN = 100;
const LOWER = 254;
/** So many settings are asked about at once. */
const LANES = 6;
const [SPEAKS, ASKS, HEARS] = [20, 100, 110];

export function arrangeSeveralAddresses(checks: readonly SeveralAddressesCheck[], first: number): Arranged {
  const laneOf = new Map(checks.map((check, index) => [check, index % LANES]));
  const kindOf = (check: SeveralAddressesCheck) => `${check.setUp.mode} ${check.setUp.bySource} ${laneOf.get(check)}`;
  const kinds = [...new Set(checks.map(kindOf))];
  const parts = kinds.map((kind, index) =>
    partOf(first + index, checks.find((check) => kindOf(check) === kind)?.setUp),
  );
  const turns = kinds.flatMap((kind, index) =>
    checks
      .filter((check) => kindOf(check) === kind)
      .map(({ id, setUp }, turn) => ({
        reflectiveRelay: false,
        turn: TURN + turn,
        talks: talksOf(first + index, id),
        settings: settingsOf(first + index, setUp),
      })),
  );
  return { parts, turns };
}

const spaceOf = (part: number): string => `mv-${siteName(part, "router")}`;

/** The device of macvlan `index`, counted from 1. */
export const severalDevice = (part: number, index: number): string => siteName(part, `m${index}`);

function partOf(part: number, setUp: SeveralAddresses | undefined): SitePart {
  const { mode = "bridge", bySource = false } = setUp ?? {};
  const [lower, port, namespace] = [siteName(part, ""), siteName(part, "p"), spaceOf(part)];
  const macvlans = ORDINALS.map((_, at) => ({
    name: severalDevice(part, at + 1),
    lower,
    kind: "macvlan" as const,
    mode,
    address: siteAddress(part, at + 1),
    ...(mode === "source" ? { sources: [OUTSIDE.address] } : {}),
  }));
  const lines = macvlans.flatMap((macvlan, at) => [
    endpointCommand(macvlan),
    ...upLines(macvlan.name),
    ...addressesOf(part, at + 1).map((address) => `address add ${address}/24 dev ${macvlan.name}`),
    ...(bySource ? sourceLines(part, at + 1, macvlan.name) : []),
  ]);
  const outside = ORDINALS.flatMap((_, at) => [ASKS + at + 1, HEARS + at + 1]);
  return {
    namespaces: [namespace],
    cables: [{ name: lower, port, address: siteAddress(part, LOWER), namespace, reflects: false }],
    batches: [
      { namespace, lines: [...upLines(lower), ...lines] },
      {
        namespace: OUTSIDE.namespace,
        lines: outside.map((host) => `address add ${siteInternet(part, host)}/24 dev ${OUTSIDE.name}`),
      },
    ],
    devices: macvlans.map(({ name }, at) => ({
      name,
      namespace,
      description: `the ${ORDINALS[at]} of three macvlans of one stack, ${mode}`,
    })),
    guests: [],
    behind: macvlans.map(({ address }) => ({ address, port })),
    settings: [],
  };
}

/** The one that is asked, and the one that speaks first. */
export function addressesOf(part: number, index: number): [string, string] {
  return [siteInternet(part, index), siteInternet(part, SPEAKS + index)];
}

function sourceLines(part: number, index: number, device: string): string[] {
  const table = 1000 + index;
  return [
    `route add ${siteInternet(part, 0)}/24 dev ${device} table ${table}`,
    ...addressesOf(part, index).map((address) => `rule add from ${address} table ${table}`),
  ];
}

function talksOf(part: number, check: string): SiteTalk[] {
  const common = { check, word: "icmp", bytes: ECHO_BYTES } as const;
  const macvlans = ORDINALS.map((_, at) => severalDevice(part, at + 1));
  return ORDINALS.flatMap((name, at): SiteTalk[] => {
    const [asked, speaks] = addressesOf(part, at + 1);
    const [asks, hears] = [siteInternet(part, ASKS + at + 1), siteInternet(part, HEARS + at + 1)];
    return [
      { ...common, name, from: OUTSIDE.name, to: macvlans, source: asks, destination: asked },
      {
        ...common,
        name: `from ${name}`,
        from: macvlans[at] as string,
        to: [OUTSIDE.name],
        source: speaks,
        destination: hears,
      },
    ];
  });
}

function settingsOf(part: number, setUp: SeveralAddresses): Setting[] {
  const { arpIgnore, arpAnnounce, arpFilter, rpFilter } = setUp;
  const all = { arp_ignore: arpIgnore, arp_announce: arpAnnounce, arp_filter: arpFilter, rp_filter: rpFilter };
  return Object.entries(all).map(([name, value]) => ({
    namespace: spaceOf(part),
    name: `ipv4/conf/all/${name}`,
    value,
  }));
}
