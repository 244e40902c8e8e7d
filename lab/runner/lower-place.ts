/**
 * A guest whose lower devices are no veths: with the programs of the workbench, the drivers of the kind, and the cards or
 * radios it takes, named for the topologies to come.
 */
import { EnvironmentError, tail } from "../base/errors.ts";
import type { GuestNic } from "../guest/nic.ts";
import { modulesOf } from "../kernels/index.ts";
import type { LowerKind } from "../model/vocabulary.ts";
import { unicastAddress } from "../topology/addresses.ts";
import { CARD_MODELS, CARDS, cardName, cardPort, isCard, LOWER_MODULES } from "../topology/lower-kinds.ts";
import type { Offload } from "../topology/offloads.ts";
import type { Place, PlaceOptions, Target } from "./place.ts";
import { openToolPlace } from "./tool-place.ts";

/** What lower devices are, and what of their work they leave to others. */
export interface LowerAsked {
  readonly kind: LowerKind;
  readonly offload?: Offload;
}

const NUMBERS = Array.from({ length: CARDS }, (_, number) => number);
const cardAddress = (number: number): string => unicastAddress(0xf30000 + number);
const portAddress = (number: number): string => unicastAddress(0xf40000 + number);
/** Options a module is loaded with: radios for stations and their access points; no bond by itself. */
const MODULE_OPTIONS: Readonly<Record<string, string>> = {
  mac80211_hwsim: ` radios=${2 * CARDS}`,
  bonding: " max_bonds=0",
  dummy: " numdummies=0",
};

/** Why a kernel cannot have lower devices of a kind; undefined where it can, or nobody can tell without trying. */
export async function missingFor(target: Target, kind: LowerKind): Promise<string | undefined> {
  if (target.kind === "host") return "the running kernel's devices are the machine's own: ask a guest";
  const { missing } = await modulesOf(target.kernel, LOWER_MODULES[kind]);
  if (missing.length === 0) return undefined;
  return `kernel "${target.id}" has no ${missing.join(", ")}: neither a module nor built in`;
}

/** @throws EnvironmentError when a driver does not load or a card does not show up. */
export async function openLowerPlace(target: Target, { kind }: LowerAsked, options: PlaceOptions): Promise<Place> {
  const place = await openToolPlace(target, { ...options, nics: nicsFor(kind) });
  const { status, stderr } = await place.executor.run(preparation(kind));
  if (status === 0) return place;
  await place[Symbol.asyncDispose]();
  throw new EnvironmentError(`${place.executor.place}: no lower devices of the kind ${kind}: status ${status}`, {
    detail: tail(stderr),
  });
}

/** A card and its port, cabled to each other, for every lower device there may be at a time. */
function nicsFor(kind: LowerKind): GuestNic[] {
  if (!isCard(kind)) return [];
  return NUMBERS.flatMap((hub): GuestNic[] => [
    { model: CARD_MODELS[kind], address: cardAddress(hub), link: { kind: "hub", hub } },
    { model: "virtio-net-pci", address: portAddress(hub), link: { kind: "hub", hub } },
  ]);
}

function preparation(kind: LowerKind): string {
  const modules = [...LOWER_MODULES[kind], ...(isCard(kind) ? ["virtio_net"] : [])];
  return [
    ...modules.map((name) => `modprobe ${name}${MODULE_OPTIONS[name] ?? ""} || exit`),
    ...(isCard(kind)
      ? NUMBERS.flatMap((n) => [named(cardAddress(n), cardName(n)), named(portAddress(n), cardPort(n))])
      : []),
    ...(kind === "hwsim" ? NUMBERS.flatMap((n) => [radio(2 * n, cardName(n)), radio(2 * n + 1, cardPort(n))]) : []),
  ].join("\n");
}

/** A card gets its name by its address, once its driver has made an interface of it. */
function named(address: string, name: string): string {
  return [
    `n=0; until [ -e /sys/class/net/${name} ]; do`,
    `  for d in /sys/class/net/*; do read a < $d/address; [ "$a" != ${address} ] || ip link set \${d##*/} name ${name} || exit; done`,
    `  n=$((n + 1)); [ $n -le 50 ] || { echo "no card ${name} with the address ${address}" >&2; exit 65; }`,
    `  [ -e /sys/class/net/${name} ] || sleep 0.1`,
    "done",
  ].join("\n");
}

const radio = (number: number, name: string): string => `ip link set wlan${number} name ${name} || exit`;
