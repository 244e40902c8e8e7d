/**
 * What a guest makes of the frames its macvtap has for it: the card's own filter (QEMU's, of virtio-net), and what stands
 * on top of the card in the guest. None of it is told to the macvtap: nobody but QEMU knows of it.
 */
import type { FramesLook } from "../model/frames-look.ts";
import type { Mac } from "../model/topology.ts";
import { isGroup } from "./world.ts";

/** What is quoted beside the kernel's own decisions. */
export const CARD_FILTER =
  "receive_filter (QEMU, virtio-net): a card hands its guest what is for an address the guest gave it, and everything once it is promiscuous";
export const CARD_IS_ITS_OWN =
  "virtio_net_set_rx_mode: what a guest makes of its card is told to QEMU, and by QEMU to nobody";

/** Addresses of the one frame and of the world it is sent through. */
export interface CardFacts {
  /** The macvtap's. */
  readonly macvtap: Mac;
  readonly foreign: Mac;
  readonly nested: Mac;
}

/** The address the guest has given its card. */
export function cardAddress({ scene = {} }: FramesLook, { macvtap, foreign }: CardFacts): Mac {
  return scene.address ? foreign : macvtap;
}

/** Whether the card hands it to its guest. A port of a bridge is promiscuous. */
export function cardTakes(look: FramesLook, facts: CardFacts, destination: Mac): boolean {
  const { scene = {} } = look;
  if (scene.bridgeOver !== undefined || scene.promiscuous?.includes("first")) return true;
  const own = [cardAddress(look, facts), ...(scene.macvlanOver ? [facts.nested] : [])];
  return isGroup(destination) || own.includes(destination);
}
