/** What is asked of the kernel once all steps are taken, and its answers: one section each of a script's output. */
import { isShown } from "../model/shown-look.ts";
import { AWAY_NAMESPACE, goesAway } from "./check-line.ts";
import type { CheckWorld } from "./check-world.ts";

/** What `ip -details -json link show` tells, as far as it is read. */
export interface Link {
  readonly ifindex: number;
  readonly ifname: string;
  readonly link?: string;
  readonly link_index?: number;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly operstate: string;
  readonly txqlen?: number;
  readonly address: string;
  readonly promiscuity?: number;
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_data?: {
      readonly mode?: string;
      readonly nopromisc?: boolean;
      readonly nodst?: boolean;
      readonly bcqueuelen?: number;
      readonly usedbcqueuelen?: number;
      readonly macaddr_data?: readonly string[];
    };
    readonly info_slave_data?: { readonly hairpin?: boolean };
  };
}

/** A character device: its path, mode, owner, and number as `major:minor`. */
export interface DeviceNode {
  readonly mode: string;
  readonly owner: string;
  readonly number: string;
}

export interface Sections {
  readonly home: readonly Link[];
  readonly away: readonly Link[];
  /** By port: what the switch's tools say of reflective relay. */
  readonly relay: Readonly<Record<"sysfs" | "brctl" | "bridge", ReadonlyMap<string, boolean>>>;
  /** By path. */
  readonly nodes: ReadonlyMap<string, DeviceNode>;
  /** By namespace and interface: the number of a macvtap's character device. */
  readonly numbers: ReadonlyMap<string, string>;
}

const MARK = "macvlab: section ";
const LINKS = "ip -details -json link show";
const NUMBERS = "for d in /sys/class/net/*/tap*/dev; do [ -e $d ] && read -r v < $d && echo $d $v; done";

/**
 * The end of a script: the devices of this namespace first, which is all most checks need.
 * @param has which of the worlds' devices are there.
 */
export function showCommands(worlds: readonly CheckWorld[], has: (device: string) => boolean): string[] {
  const here = sectionsAsked(worlds.filter(({ lower }) => has(lower.name)));
  const more = { ...here, ...switchSections(worlds.filter(({ lower }) => has(lower.port))) };
  const sections = Object.entries(more).flatMap(([name, lines]) =>
    lines.length > 0 ? [`echo; echo '${MARK}${name}'`, ...lines] : [],
  );
  return sections.length === 0 ? [`exec ${LINKS}`] : [LINKS, ...sections, "exit 0"];
}

function sectionsAsked(worlds: readonly CheckWorld[]): Record<string, string[]> {
  const away = worlds.some(goesAway);
  const looks = worlds.map(({ check }) => check.look).filter(isShown);
  const nodes = looks.some(({ look }) => look === "node");
  const inAway = `ip netns exec ${AWAY_NAMESPACE} sh -c '${NUMBERS}; :'`;
  return {
    away: away ? [`ip -n ${AWAY_NAMESPACE} -details -json link show`] : [],
    nodes: nodes ? ["stat -c '%n %a %u:%g %t:%T' /dev/tap* 2>/dev/null"] : [],
    numbers: nodes ? [NUMBERS] : [],
    "numbers away": nodes && away ? [inAway] : [],
  };
}

/** What the switch's tools say. */
function switchSections(worlds: readonly CheckWorld[]): Record<string, string[]> {
  const relay = worlds.filter(({ check }) => check.look.look === "relay");
  return {
    sysfs: relay.map(
      ({ lower }) => `read -r v < /sys/class/net/${lower.port}/brport/hairpin_mode; echo ${lower.port} $v`,
    ),
    bridge: relay.length > 0 ? ["bridge -details -json link show"] : [],
    brctl: relay.flatMap(({ lower, topology }) => [`echo ${lower.port}`, `brctl showstp ${topology.switch}`]),
  };
}

/** Those of several places as one; a device is in one of them alone. */
export function joinSections(all: readonly Sections[]): Sections {
  const links = (of: "home" | "away") => all.flatMap((one) => one[of]);
  const union = <K, V>(of: (sections: Sections) => ReadonlyMap<K, V>) => new Map(all.flatMap((one) => [...of(one)]));
  const relay = (tool: keyof Sections["relay"]) => union((one) => one.relay[tool]);
  return {
    home: links("home"),
    away: links("away"),
    relay: { sysfs: relay("sysfs"), brctl: relay("brctl"), bridge: relay("bridge") },
    nodes: union(({ nodes }) => nodes),
    numbers: union(({ numbers }) => numbers),
  };
}

export function parseSections(output: string): Sections {
  const [home = "[]", ...rest] = output.split(`\n${MARK}`);
  const texts = new Map(
    rest.map((section) => {
      const end = section.indexOf("\n");
      return [section.slice(0, end), section.slice(end + 1)] as const;
    }),
  );
  const text = (name: string) => texts.get(name)?.trim() ?? "";
  return {
    home: JSON.parse(home) as Link[],
    away: JSON.parse(text("away") || "[]") as Link[],
    relay: {
      sysfs: relayOfFiles(text("sysfs")),
      bridge: relayOfBridge(text("bridge")),
      brctl: relayOfBrctl(text("brctl")),
    },
    nodes: new Map(linesOf(text("nodes")).map(nodeOf)),
    numbers: new Map([...numbersOf("home", text("numbers")), ...numbersOf("away", text("numbers away"))]),
  };
}

const linesOf = (text: string): string[][] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.trim().split(/\s+/));

function relayOfFiles(text: string): Map<string, boolean> {
  return new Map(linesOf(text).map(([port = "", value]) => [port, value === "1"]));
}

function relayOfBridge(text: string): Map<string, boolean> {
  const ports = JSON.parse(text || "[]") as { readonly ifname: string; readonly hairpin?: boolean }[];
  return new Map(ports.flatMap(({ ifname, hairpin }) => (hairpin === undefined ? [] : [[ifname, hairpin]])));
}

/** `c1swp (1)` begins a port; `hairpin mode  1` stands under it only where it is on. */
function relayOfBrctl(text: string): Map<string, boolean> {
  const relay = new Map<string, boolean>();
  let port = "";
  for (const [first = "", second] of linesOf(text)) {
    if (/^\(\d+\)$/.test(second ?? "")) {
      port = first;
      relay.set(port, false);
    } else if (first === "hairpin") relay.set(port, true);
  }
  return relay;
}

/** Numbers are hexadecimal. */
function nodeOf([path = "", mode = "", owner = "", number = ""]: readonly string[]): [string, DeviceNode] {
  const decimal = number.split(":").map((part) => Number.parseInt(part, 16));
  return [path, { mode, owner, number: decimal.join(":") }];
}

/** `/sys/class/net/IF/tapN/dev MAJOR:MINOR`. */
function numbersOf(namespace: string, text: string): [string, string][] {
  return linesOf(text).map(([path = "", number = ""]) => [`${namespace} ${path.split("/")[4]}`, number]);
}
