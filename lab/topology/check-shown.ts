/** What the kernel tells of a check's device, in the words of `ShownLook`. */
import { RELAY_TOOLS, type Role, type WhoseAddress } from "../model/check-step.ts";
import type { Shown, ShownLook } from "../model/shown-look.ts";
import { addressOf } from "./check-line.ts";
import type { Link, Sections } from "./check-sections.ts";
import { type CheckWorld, deviceName, endpointAt, fixedIndex, givenAddress } from "./check-world.ts";

const ROLES = ["first", "second", "third"] as const;

/** The value of a look. @param message what the tool said of the last step. */
export function shownValue(world: CheckWorld, look: ShownLook, sections: Sections, message: string): string {
  if (look.look === "relay") return relayValue(world, sections);
  if (look.look === "mode-names") return modeNames(message);
  const found = find(world, look.device, sections);
  return found ? VALUES[look.look](found, world, sections) : "absent";
}

/** `... must be "private", "vepa" or "bridge", not "bogus"`. */
function modeNames(message: string): string {
  const [, names = ""] = /must be (.*), not "/.exec(message) ?? [];
  return [...names.matchAll(/"(\w+)"/g)].map(([, name]) => name).join(" ");
}

interface Found {
  readonly link: Link;
  readonly namespace: "home" | "away";
}

type Value = (found: Found, world: CheckWorld, sections: Sections) => string;

const data = ({ link }: Found) => link.linkinfo?.info_data ?? {};
const onOff = (on: boolean | undefined) => (on ? "on" : "off");

const VALUES: Readonly<Record<Shown, Value>> = {
  kind: ({ link }) => link.linkinfo?.info_kind ?? "none",
  below: ({ link, namespace }, world, sections) => below(link, namespace, world, sections),
  namespace: ({ namespace }) => namespace,
  index: ({ link }, world) => (link.ifindex === fixedIndex(world) ? "fixed" : "another"),
  state: ({ link }) => `${link.flags.includes("UP") ? "up" : "down"} ${link.operstate.toLowerCase()}`,
  "whose-address": ({ link }, world) => whose(world, link.address),
  promiscuity: ({ link }) => String(link.promiscuity),
  nopromisc: (found) => onOff(data(found).nopromisc),
  nodst: (found) => onOff(data(found).nodst),
  bcqueuelen: (found) => queue(data(found)),
  txqueuelen: ({ link }) => String(link.txqlen),
  sources: (found, world) => {
    const listed = (data(found).macaddr_data ?? []).map((address) => whose(world, address));
    return listed.length > 0 ? listed.sort().join(" ") : "nobody";
  },
  node: (found, world, sections) => nodeValue(found, world, sections),
};

/** Two of one name, in two namespaces, are told apart by the address the one was given. */
function find(world: CheckWorld, role: Role | "lower", { home, away }: Sections): Found | undefined {
  const name = deviceName(world, role);
  const called = (links: readonly Link[], namespace: Found["namespace"]) =>
    links.filter(({ ifname }) => ifname === name).map((link) => ({ link, namespace }));
  const found = [...called(home, "home"), ...called(away, "away")];
  if (found.length < 2 || role === "lower") return found[0];
  return found.find(({ link }) => link.address === givenAddress(world, role)) ?? found[0];
}

function below(link: Link, namespace: Found["namespace"], world: CheckWorld, sections: Sections): string {
  const candidates = (["lower", ...ROLES] as const).flatMap((role) => {
    const one = find(world, role, sections);
    return one ? [{ role, ...one }] : [];
  });
  const isBelow = ({ link: other, namespace: where }: Found) =>
    link.link === undefined ? other.ifindex === link.link_index : where === namespace && other.ifname === link.link;
  return candidates.find((one) => one.link !== link && isBelow(one))?.role ?? "nobody";
}

function whose(world: CheckWorld, address: string): string {
  const names: readonly WhoseAddress[] = ["lower", ...ROLES, "spare", "group"];
  if (address === world.topology.external.address) return "external";
  const isIt = (name: WhoseAddress) =>
    name === "lower" || !isRole(name) ? addressOf(world, name) === address : isOwn(world, name, address);
  return names.find(isIt) ?? "generated";
}

const isRole = (name: WhoseAddress): name is Role => ROLES.some((role) => role === name);

function isOwn(world: CheckWorld, role: Role, address: string): boolean {
  return [givenAddress(world, role), endpointAt(world, role)?.address].includes(address);
}

function queue({ bcqueuelen, usedbcqueuelen }: NonNullable<NonNullable<Link["linkinfo"]>["info_data"]>): string {
  return bcqueuelen === undefined ? "unknown" : `asked ${bcqueuelen}, used ${usedbcqueuelen}`;
}

function nodeValue({ link }: Found, world: CheckWorld, sections: Sections): string {
  const node = sections.nodes.get(`/dev/tap${link.ifindex}`);
  if (!node) return "none";
  const numberOf = (role: Role) => {
    const found = find(world, role, sections);
    return found && sections.numbers.get(`${found.namespace} ${found.link.ifname}`);
  };
  const device = ROLES.find((role) => numberOf(role) === node.number) ?? "nobody";
  return `tapN ${node.mode} ${node.owner}, ${device}`;
}

function relayValue({ lower }: CheckWorld, { relay, home }: Sections): string {
  const port = home.find(({ ifname }) => ifname === lower.port);
  const said = { ...relay, ip: new Map([[lower.port, port?.linkinfo?.info_slave_data?.hairpin]]) };
  return RELAY_TOOLS.map((tool) => {
    const on = said[tool].get(lower.port);
    return `${tool}=${on === undefined ? "unknown" : onOff(on)}`;
  }).join(" ");
}
