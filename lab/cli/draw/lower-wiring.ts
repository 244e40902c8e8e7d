/** What a lower device that is no veth is built of, from the commands that build it. */
import type { LowerWiring } from "../../../reports/draw/picture.ts";
import type { Lower, Topology } from "../../model/topology.ts";
import { CARD_MODELS, isCard, lowerKit } from "../../topology/lower-kinds.ts";
import { madeDevices, masters } from "./device-lines.ts";

/** By lower device; none for a veth, which is its own cable. */
export function wiringOf(topology: Topology): Map<string, LowerWiring> {
  return new Map(
    topology.lowers.flatMap((lower, index) => {
      if (lower.kind === undefined || lower.kind === "veth") return [];
      return [[lower.name, lowerWiring(topology, lower, index)] as const];
    }),
  );
}

function lowerWiring(topology: Topology, lower: Lower, number: number): LowerWiring {
  const { name, port, kind } = lower;
  if (isCard(kind))
    return { what: `${CARD_MODELS[kind]} card`, cables: [{ port, what: "virtio-net card, one cable each" }] };
  if (kind === "hwsim") return { what: "simulated station", cables: [{ port, what: "access point" }] };
  const { before, links, forwarding, after } = lowerKit(topology, lower, number);
  const lines = [...before, ...links];
  const made = madeDevices(lines);
  const [own, master] = [made.find((one) => one.name === name), masters(lines)];
  const all = [...lines, ...after];
  const isFirst = (device: string) =>
    all.some(
      (line) => line.includes(`primary ${device}`) || (line.includes("activeport") && line.includes(`/${device}/`)),
    );
  const cables = made
    .filter(({ peer }) => peer !== undefined)
    .map(({ name: device, kind: what, peer = "" }) => {
      const part = master.get(device) === name ? `${what}, ${partOf(kind, isFirst(device))}` : what;
      const [, vlan] =
        forwarding.map((line) => /^vlan add vid (\d+) dev (\S+)$/.exec(line)).find((one) => one?.[2] === peer) ?? [];
      return {
        between: { name: device, what: own?.on === device ? `${what}, below it` : part },
        port: peer,
        ...(vlan === undefined ? {} : { what: `VLAN ${vlan}, tagged` }),
      };
    });
  const severed = own?.on === undefined && ![...master.values()].includes(name);
  if (severed) for (const cable of cables) cable.between.what += ", lets fences over";
  return { what: shortly(own?.kind ?? kind ?? "", own?.settings ?? "", all), cables, severed };
}

function partOf(kind: Lower["kind"], isFirst: boolean): string {
  if (kind === "bridge") return "port of it";
  return isFirst ? "active" : "standby";
}

/** `vlan id 9`, `bond active-backup`. */
function shortly(kind: string, settings: string, lines: readonly string[]): string {
  const [, mode] = /\bmode (\S+)/.exec([settings, ...lines.filter((line) => line.includes("teamnl"))].join(" ")) ?? [];
  const [, id] = /\bid (\d+)/.exec(settings) ?? [];
  return [kind, ...(id ? [`id ${id}`] : []), ...(mode ? [mode] : [])].join(" ");
}
