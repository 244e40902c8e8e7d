/**
 * Every way that a frame without a copy took in a run of all cells on five kernels, by what the cells have in common.
 * Ends are `endpoint`, `siblings` (two bridge endpoints on one lower device), or hosts.
 */
import type { CellResult, Observed } from "../../lab/model/results.ts";
import type { Party, Placement, TapPoint, Traffic } from "../../lab/model/vocabulary.ts";
import { OLD, sampleCell } from "./sample.ts";

type Path = NonNullable<Observed["path"]>;

/** `<` in, `>` out, in the order of time: placement, relay, traffic (`group`, `unicast`, `unknown`, `all`): ways. */
const WAYS = `
same-lower off all: e> l> s<
same-lower on all: e> l> s< s> l<
same-lower on group: e> l> s< s> l< e<
two-lowers off all: e> l> s< t> m<
two-lowers on unicast: e> l> s< t> m<
two-lowers on group: e> l> s< t> s> m< l< e<
two-lowers on group: e> l> s< s> t> l< m< e<
two-lowers on group: e> l> s< t> s> m< l<
two-lowers on unknown: e> l> s< t> s> m< l<
two-lowers on unknown: e> l> s< s> t> l< e< m<
endpoint-to-lower-host off all: e> l> s<
endpoint-to-lower-host on all: e> l> s< s> l< e<
endpoint-to-lower-host on unknown: e> l> s< s> l< d<
lower-host-to-endpoint off all: l> s<
lower-host-to-endpoint on all: l> s< s> l<
endpoint-to-external off unknown: e> l> s< x> d<
endpoint-to-external on unknown: e> l> s< x> s> d< l<
endpoint-to-external on unknown: e> l> s< x> s> d< l< e<
external-to-endpoint off all: e> x< t> m<
external-to-endpoint on all: e> x< t> m<
`;

const TAPS: Readonly<Record<string, TapPoint>> = {
  e: "endpoint",
  l: "lower",
  s: "switchPort",
  t: "destinationSwitchPort",
  m: "destinationLower",
  d: "destination",
  x: "externalPort",
};

const GROUP: readonly Traffic[] = ["broadcast", "multicast-joined", "multicast-not-joined"];
const TRAFFIC: Readonly<Record<string, readonly Traffic[]>> = {
  group: GROUP,
  unicast: ["unicast"],
  unknown: ["unknown-unicast"],
  all: ["unicast", "unknown-unicast", ...GROUP],
};

const vepa: Party = { kind: "macvlan", mode: "vepa" };
const ENDS: Readonly<Record<Placement, readonly [Party, Party]>> = {
  "same-lower": [vepa, vepa],
  "two-lowers": [vepa, vepa],
  "endpoint-to-lower-host": [vepa, { kind: "lower-host" }],
  "lower-host-to-endpoint": [{ kind: "lower-host" }, vepa],
  "endpoint-to-external": [vepa, { kind: "external-host" }],
  "external-to-endpoint": [{ kind: "external-host" }, vepa],
};

/** As many of its hops as there are where `length` is absent. */
export function pathOf(way: string, length?: number): Path {
  const steps = way.split(" ").slice(0, length);
  return steps.map((step, at) => [TAPS[step[0] as string] as TapPoint, step.endsWith("<") ? "in" : "out", at, at + 1]);
}

interface RealWay {
  readonly title: string;
  readonly cell: CellResult;
}

/** One cell of each combination, with the way it took; none got a copy. */
export const REAL_WAYS: readonly RealWay[] = WAYS.trim()
  .split("\n")
  .flatMap((line) => {
    const [asked = "", way = ""] = line.split(": ");
    const [placement, relay, kinds] = asked.split(" ") as [Placement, string, string];
    const [source, destination] = ENDS[placement];
    return (TRAFFIC[kinds] ?? []).map((traffic) => {
      const question = { placement, reflectiveRelay: relay === "on", traffic, source, destination };
      const cell = sampleCell(OLD, question, { copies: 0, echo: 0, wire: 1, path: pathOf(way) });
      return { title: `${placement} relay ${relay} ${traffic}: ${way}`, cell };
    });
  });
