/** Macvtaps that are network cards: which guest has which, and what stands on them there. */
import type { PictureOptions } from "../../../reports/draw/draw.ts";
import type { CheckSpec } from "../../model/scenario.ts";
import type { CheckWorld } from "../../topology/check-world.ts";
import { deviceName } from "../../topology/check-world.ts";
import { payloadPlace } from "../../topology/payload-place.ts";
import { overLines, VLAN_ID } from "../../topology/scene.ts";
import { framesLook } from "../../traffic/frames-plan.ts";
import { type Seat, seatsOf } from "../../traffic/seats.ts";
import { madeDevices, masters } from "./device-lines.ts";
import type { Drawing } from "./drawn.ts";

export const CARDS = "A macvtap that is framed is the network card of a guest, whose QEMU has its character device.";

/** By macvtap, its guest. */
export function guestsOf(seats: readonly Seat[]): Map<string, string> {
  return new Map(
    seats.flatMap(({ name, cards }) => cards.map(({ endpoint }) => [endpoint.name, `guest "${name}"`] as const)),
  );
}

/** A conversation between guests, or a guest and its host. */
export function payloadDrawing(scenario: string, check: CheckSpec): Drawing {
  const { topology, ends } = payloadPlace([check]);
  const [end] = ends;
  if (!end || check.look.look !== "payload") throw new RangeError(`"${check.id}" sends no payload`);
  const { talk, payload, vhost = false } = check.look;
  const tagged = payload === "tagged" ? [`VLAN ${VLAN_ID} on its card`] : [];
  const cards = guestsOf(seatsOf([], [], [{ from: end.from, to: end.to, vhost }]));
  return {
    topology,
    options: {
      title: `${scenario} ${check.id}`,
      relay: talk.reflectiveRelay ? "on" : "off",
      source: { kind: "endpoint", endpoint: end.from },
      destination: end.to,
      within: cards,
      remarks: new Map([...cards.keys()].map((name) => [name, tagged])),
      notes: [
        `${check.text}.`,
        CARDS,
        ...(vhost ? ["The kernel of the machine moves the cards' frames (vhost)."] : []),
      ],
    },
  };
}

/** What a frames check's scene puts on the endpoints; where its card is a guest's, that guest. */
export function sceneOf(
  world: CheckWorld,
): Pick<PictureOptions, "within"> & { readonly over: ReadonlyMap<string, string[]> } {
  if (world.check.look.look !== "frames") return { over: new Map() };
  const look = framesLook(world);
  const lines = overLines(world, look).map(({ line }) => line);
  const first = deviceName(world, "first");
  const made = madeDevices(lines).flatMap(({ name, kind, on }) =>
    on ? [[on, `below ${name}, ${kind}`] as const] : [],
  );
  const ports = [...masters(lines)].map(([device, bridge]) => [device, `port of ${bridge}, a bridge`] as const);
  const others = lines.flatMap((line) => {
    const [, device, what] = /^link set (\S+) (promisc on|address \S+)$/.exec(line) ?? [];
    return device === first && what
      ? [[device, what.startsWith("promisc") ? "promiscuous" : "another address inside"] as const]
      : [];
  });
  const over = new Map<string, string[]>();
  for (const [device, text] of [...made, ...ports, ...others]) over.set(device, [...(over.get(device) ?? []), text]);
  if (look.scene?.openedTwice) over.set(first, [...(over.get(first) ?? []), "opened twice"]);
  return look.scene?.inside ? { over, within: new Map([[first, 'guest "inside"']]) } : { over };
}
