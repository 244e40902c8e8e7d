/** Emulated network cards of a guest and what they are cabled to, as QEMU's arguments. Pure. */
import { NIC_MODULES } from "../image/index.ts";
import type { Mac } from "../model/topology.ts";

/** As QEMU names its devices. */
export type NicModel = keyof typeof NIC_MODULES;

/** One card. The guest knows it by its address; the name it gets there (`eth0` ...) depends on which driver loads first. */
export interface GuestNic {
  readonly model: NicModel;
  readonly address: Mac;
  readonly link: NicLink;
}

/**
 * What its cable leads to. `hub`: the other cards of this guest that name the same number; two of them are a cable.
 * `socket`: a card of another QEMU, through a stream socket of the machine. The one that listens must be started first:
 * QEMU 7.2 does not wait for the other end, and does not come back to it.
 */
export type NicLink =
  | { readonly kind: "hub"; readonly hub: number }
  | { readonly kind: "socket"; readonly path: string; readonly end: "listens" | "connects" };

/** The modules their drivers are in. */
export function nicModules(nics: readonly Pick<GuestNic, "model">[]): string[] {
  return [...new Set(nics.map(({ model }) => NIC_MODULES[model]))];
}

/** The id of the card in QEMU, for what is asked of it over QMP: `device_del`, `set_link`. */
export function nicId(index: number): string {
  return `nic${index}`;
}

/** Without an option ROM: nobody boots from it, and the firmware would run it. */
export function nicArguments({ model, address, link }: GuestNic, index: number): string[] {
  const id = nicId(index);
  return [
    ...["-netdev", netdev(link, `${id}-cable`)],
    ...["-device", `${model},id=${id},netdev=${id}-cable,mac=${address},romfile=`],
  ];
}

function netdev(link: NicLink, id: string): string {
  if (link.kind === "hub") return `hubport,id=${id},hubid=${link.hub}`;
  const server = link.end === "listens" ? "on" : "off";
  return `stream,id=${id},server=${server},addr.type=unix,addr.path=${escapeComma(link.path)}`;
}

/** QEMU's option syntax doubles a comma that is part of a value. */
export function escapeComma(value: string): string {
  return value.replaceAll(",", ",,");
}
