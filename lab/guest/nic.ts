/** Emulated network cards of a guest and what they are cabled to, as QEMU's arguments. Pure. */
import { NIC_MODULES } from "../image/index.ts";
import type { Mac } from "../model/topology.ts";
import type { Cable } from "./cable.ts";

/** As QEMU names its devices. */
export type NicModel = keyof typeof NIC_MODULES;

/** One card. The guest knows it by its address; the name it gets there (`eth0` ...) depends on which driver loads first. */
export interface GuestNic {
  readonly model: NicModel;
  readonly address: Mac;
  readonly link: NicLink;
}

/**
 * What it leads to. `hub`: the other cards of this guest that name the same number; two of them are a cable. `cable`: the
 * card of another guest that is given the same cable. QEMU passes whole frames on and does nothing to them: neither kind
 * offloads (`qemu_has_vnet_hdr`), so a driver is offered no checksum to leave out and no segment to leave whole. `tap`: an
 * open character device of a macvtap that QEMU inherits; `vhost`: its frames are moved by the kernel of the machine, or
 * QEMU does not start.
 */
export type NicLink =
  | { readonly kind: "tap"; readonly descriptor: number; readonly vhost: boolean }
  | { readonly kind: "hub"; readonly hub: number }
  | { readonly kind: "cable"; readonly cable: Cable };

/** The cables that lead out of a guest, in the order of its cards. */
export function cablesOf(nics: readonly GuestNic[]): Cable[] {
  return nics.flatMap(({ link }) => (link.kind === "cable" ? [link.cable] : []));
}

/** The modules their drivers are in. */
export function nicModules(nics: readonly Pick<GuestNic, "model">[]): string[] {
  return [...new Set(nics.map(({ model }) => NIC_MODULES[model]))];
}

/** The id of the card in QEMU, for what is asked of it over QMP: `device_del`, `set_link`. */
export function nicId(index: number): string {
  return `nic${index}`;
}

/**
 * Without an option ROM: nobody boots from it, and the firmware would run it.
 * @param firstDescriptor where QEMU finds its end of the first cable that leads out of the guest; the others follow.
 */
export function nicArguments(nics: readonly GuestNic[], firstDescriptor: number): string[] {
  const cables = cablesOf(nics);
  const netdev = (link: NicLink, id: string) => {
    if (link.kind === "hub") return `hubport,id=${id},hubid=${link.hub}`;
    if (link.kind === "tap")
      return `tap,id=${id},fd=${link.descriptor},${link.vhost ? "vhost=on,vhostforce=on" : "vhost=off"}`;
    return `stream,id=${id},server=off,addr.type=fd,addr.str=${firstDescriptor + cables.indexOf(link.cable)}`;
  };
  return nics.flatMap(({ model, address, link }, index) => [
    ...["-netdev", netdev(link, `${nicId(index)}-cable`)],
    ...["-device", `${model},id=${nicId(index)},netdev=${nicId(index)}-cable,mac=${address},romfile=`],
  ]);
}

/** QEMU's option syntax doubles a comma that is part of a value. */
export function escapeComma(value: string): string {
  return value.replaceAll(",", ",,");
}
