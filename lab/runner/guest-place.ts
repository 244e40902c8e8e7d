/** One guest as the place of a kernel. */
import { chooseAccelerator } from "../guest/accelerator.ts";
import type { Guest } from "../guest/guest.ts";
import { bootInStep } from "../guest/in-step.ts";
import { nicModules } from "../guest/nic.ts";
import { type GuestImage, guestImage, ROUTING_MODULES } from "../image/index.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { whole } from "../topology/stage.ts";
import type { GuestTarget, KernelFacts, Place, PlaceOptions } from "./place-types.ts";

export async function openGuest(target: GuestTarget, options: PlaceOptions): Promise<Place> {
  const { kernel, id } = target;
  const note = (text: string) => options.listener({ event: "note", kernel: id, text });
  options.listener({ event: "phase", kernel: id, phase: "image" });
  const { nics = [], routing = false } = options;
  const userSpace = routing ? "routing" : "lean";
  const modules = [...(routing ? ROUTING_MODULES : []), ...nicModules(nics)];
  const image = await guestImage(kernel, { note, userSpace, modules });
  const accelerator = await chooseAccelerator(image, note);
  options.listener({ event: "phase", kernel: id, phase: "boot", detail: accelerator });
  const { console, whileStarting: whileBooting } = options;
  const guest = await bootInStep({ name: id, image, accelerator, console, whileBooting, nics }, note);
  for (const failure of guest.greeting.failedModules) note(`module not loaded: ${failure}`);
  await giveTime(guest);
  return guestPlace(guest, kernel, image);
}

/** Seconds: what the kernel is started with, see `WATCHDOGS` in qemu-arguments.ts. */
const HUNG_TASK_SECONDS = 10;

/** A kernel that is slow by nature (one that checks itself) waits long for what is not hung. */
export async function giveTime({ executor }: Guest): Promise<void> {
  const { slowness = 1 } = executor;
  if (slowness === 1) return;
  const seconds = Math.ceil(HUNG_TASK_SECONDS * slowness);
  await executor.run(`echo ${seconds} > /proc/sys/kernel/hung_task_timeout_secs`);
}

/** A booted guest as a place. */
export function guestPlace(guest: Guest, kernel: KernelArtefacts, image: GuestImage): Place {
  const { executor } = guest;
  return {
    executor,
    tested: [executor],
    stage: () => whole(executor),
    facts: guestFacts(guest, kernel, image),
    bootSeconds: guest.bootSeconds,
    silence: guest.silence,
    findings: guest.findings,
    lastFindings: guest.lastFindings,
    isCredible: guest.isCredible,
    starved: guest.starved,
    killedBy: guest.killedBy,
    interrupt: guest.interrupt,
    progress: guest.progress,
    [Symbol.asyncDispose]: () => guest[Symbol.asyncDispose](),
  };
}

export function guestFacts(guest: Guest, kernel: KernelArtefacts, image: GuestImage): KernelFacts {
  return {
    release: guest.greeting.release,
    version: kernel.version.join("."),
    sha256: kernel.sha256,
    modules: [...image.modules],
    accelerator: guest.accelerator,
    image: imageFacts(image),
  };
}

function imageFacts({ sha256, recipe, packages }: GuestImage): KernelFacts["image"] {
  const iproute2 = packages.find(({ name }) => name === "iproute2")?.version;
  return { sha256, recipe, ...(iproute2 === undefined ? {} : { iproute2 }) };
}
