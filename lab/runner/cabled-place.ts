/**
 * A place of several guests: those of the kernel under test, whose lower devices are network cards, and one for the external
 * switch and the external host, whose kernel is another matter: what becomes of it is never the kernel under test's fault.
 */
import { within } from "../base/deadline.ts";
import { EnvironmentError, KernelError, type LabError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { chooseAccelerator } from "../guest/accelerator.ts";
import { Cable } from "../guest/cable.ts";
import { healthOf } from "../guest/console.ts";
import { bootGuest, type Guest, type GuestOptions } from "../guest/guest.ts";
import { bootTogetherInStep } from "../guest/in-step.ts";
import { type GuestNic, nicModules } from "../guest/nic.ts";
import { watch } from "../guest/watch.ts";
import { type GuestImage, guestImage, ROUTING_MODULES } from "../image/index.ts";
import type { SwitchResult } from "../model/results.ts";
import type { Topology } from "../model/topology.ts";
import { unicastAddress } from "../topology/addresses.ts";
import { cablesOfGuests, plugIn, type SwitchCable } from "../topology/cabling.ts";
import { cabledTo, type Part, type Stage } from "../topology/stage.ts";
import { giveTime, guestFacts } from "./guest-place.ts";
import type { Cabled, GuestTarget, Place, PlaceOptions, Target } from "./place-types.ts";

/** Milliseconds QEMU is given to end. */
const ENDED = 2_000;
const MODEL = "virtio-net-pci";
/** Numbers of the cards' own addresses, at the guests and at the switch; a lower device gets its topology's. */
const GUEST_CARDS = 0xd00000;
const SWITCH_CARDS = 0xd10000;

/** A card keeps what it has sent until it has more to send (`free_old_xmit_skbs`): its driver lets go of it. */
const UNPLUG = `cd /sys/bus/virtio/drivers/virtio_net && for card in virtio*; do echo $card > unbind; done`;

export function isCabled(target: Target): boolean {
  return target.kind === "guest" && target.cabled !== undefined;
}

/** Of every guest of the kernel under test. @param console the first one's */
export function consolesOf(target: Target, console: string): string[] {
  const guests = target.kind === "guest" ? (target.cabled?.hypervisors ?? 1) : 1;
  return Array.from({ length: guests }, (_, index) =>
    index === 0 ? console : console.replace(/\.log$/, `-guest${index + 1}.log`),
  );
}

interface Images {
  readonly tested: GuestImage;
  readonly switch: GuestImage;
}

export async function openCabled(target: GuestTarget, cabled: Cabled, options: PlaceOptions): Promise<Place> {
  const { listener, console, routing = false } = options;
  const note = (text: string) => listener({ event: "note", kernel: target.id, text });
  listener({ event: "phase", kernel: target.id, phase: "image" });
  const modules = nicModules([{ model: MODEL }]);
  const userSpace = routing ? "routing" : "lean";
  const own = [...(routing ? ROUTING_MODULES : []), ...modules];
  const images: Images = {
    tested: await guestImage(target.kernel, { note, userSpace, modules: own }),
    switch: await guestImage(cabled.kernel, { note, modules }),
  };
  const accelerator = await chooseAccelerator(images.tested, note);
  const detail = `${accelerator}, ${cabled.hypervisors + 1} guests`;
  listener({ event: "phase", kernel: target.id, phase: "boot", detail });
  const cables = cablesOfGuests(cabled.hypervisors, options.cables);
  const switchConsole = console.replace(/\.log$/, "-switch.log");
  let prepare: (() => void) | undefined = options.whileStarting;
  const boot = () => {
    const wires = cables.map(() => new Cable());
    const guestAt = (index: number, file: string): GuestOptions => ({
      name: index === 0 ? target.id : `${target.id}, guest ${index + 1}`,
      image: images.tested,
      accelerator,
      console: file,
      nics: cardsAt(cables, wires, GUEST_CARDS, index),
    });
    const booting = consolesOf(target, console).map((file, index) => bootGuest(guestAt(index, file)));
    const nics = cardsAt(cables, wires, SWITCH_CARDS);
    const common = { name: `${cabled.id} of the switch`, image: images.switch, accelerator, nics };
    const atSwitch = bootGuest({ ...common, console: switchConsole }).catch((error: unknown) => {
      throw switchFault(error, cabled, switchConsole);
    });
    prepare?.(); // all are on their way
    prepare = undefined;
    return [...booting, atSwitch];
  };
  const guests = await bootTogetherInStep(boot, note);
  try {
    for (const guest of guests) await settle(guest, note);
    const cards = await Promise.all(guests.map(({ executor }) => cardNames(executor)));
    return place({ target, cabled, guests, cards, cables, images, switchConsole });
  } catch (error) {
    await endAll(guests);
    throw error;
  }
}

/** @param guest whose cards; absent: the switch's, one for each cable. */
function cardsAt(cables: readonly SwitchCable[], wires: readonly Cable[], first: number, guest?: number): GuestNic[] {
  return cables.flatMap((one, number): GuestNic[] => {
    if (guest !== undefined && one.guest !== guest) return [];
    const link = { kind: "cable", cable: wires[number] as Cable } as const;
    return [{ model: MODEL, address: unicastAddress(first + number), link }];
  });
}

async function settle(guest: Guest, note: (text: string) => void): Promise<void> {
  for (const failure of guest.greeting.failedModules) note(`module not loaded: ${failure}`);
  await giveTime(guest);
}

/** By address. */
async function cardNames(executor: Executor): Promise<Map<string, string>> {
  const { stdout } = await executor.run("exec ip -json link show");
  const links = JSON.parse(stdout.toString()) as { readonly ifname: string; readonly address?: string }[];
  return new Map(links.map(({ ifname, address }) => [address ?? "", ifname]));
}

interface Booted {
  readonly target: GuestTarget;
  readonly cabled: Cabled;
  /** The switch's last. */
  readonly guests: readonly Guest[];
  readonly cards: readonly ReadonlyMap<string, string>[];
  readonly cables: readonly SwitchCable[];
  readonly images: Images;
  readonly switchConsole: string;
}

function place(booted: Booted): Place {
  const { target, cabled, images, switchConsole } = booted;
  const guests = booted.guests.slice(0, -1);
  const [first, atSwitch] = [guests[0] as Guest, booted.guests.at(-1) as Guest];
  const blame = async (error: unknown) => {
    // The channel closes a moment before QEMU has ended, and how it ended tells why.
    if (error instanceof KernelError) await within(ENDED, "QEMU to end", atSwitch.ended).catch(() => {});
    return switchFault(error, cabled, switchConsole, atSwitch);
  };
  const watching = watch(atSwitch, {});
  const gone = atSwitch.ended.then((): never => {
    throw new KernelError("it ended in mid-run");
  });
  const lost = Promise.race([watching.lost, gone]).catch(async (error): Promise<never> => {
    throw await blame(error);
  });
  lost.catch(() => {}); // whoever waits for it hears of it
  let clockError: number | undefined;
  const { executor, isCredible } = first;
  return {
    executor,
    tested: guests.map((guest) => guest.executor),
    stage: stageOf(booted, blamedOn(atSwitch.executor, blame)),
    clocksOff: (microseconds) => {
      clockError = Math.max(clockError ?? 0, microseconds);
    },
    unplug: async () => {
      await Promise.all(guests.map((guest) => guest.executor.run(UNPLUG)));
    },
    lostAlongside: lost,
    get facts() {
      const own = { ...switchFacts(booted, atSwitch), ...(clockError === undefined ? {} : { clockError }) };
      return { ...guestFacts(first, target.kernel, images.tested), switch: own };
    },
    bootSeconds: Math.max(...booted.guests.map(({ bootSeconds }) => bootSeconds)),
    silence: () => Math.max(...guests.map((guest) => guest.silence())),
    findings: () => guests.flatMap((guest) => guest.findings()),
    lastFindings: () => guests.flatMap((guest) => guest.lastFindings()),
    isCredible,
    starved: () => firstOf(booted.guests, (guest) => guest.starved()),
    killedBy: () => firstOf(guests, (guest) => guest.killedBy()),
    interrupt: () => {
      for (const guest of guests) guest.interrupt();
    },
    // A frame may be under way in another guest than the one that crashes: which one it was nobody can tell.
    progress: () => ({ plans: 0, frames: 0 }),
    async [Symbol.asyncDispose]() {
      watching[Symbol.dispose]();
      await endAll(booted.guests);
    },
  };
}

function firstOf<T>(guests: readonly Guest[], ask: (guest: Guest) => T | undefined): T | undefined {
  for (const guest of guests) {
    const answer = ask(guest);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

async function endAll(guests: readonly Guest[]): Promise<void> {
  await Promise.all(guests.map((guest) => guest[Symbol.asyncDispose]()));
}

function switchFacts({ cabled, images }: Booted, guest: Guest): SwitchResult {
  const { release, version, sha256, modules } = guestFacts(guest, cabled.kernel, images.switch);
  const { id, hypervisors } = cabled;
  return { id, release, version, sha256, modules, hypervisors, health: healthOf([...guest.findings()]) };
}

/** Who has what: each guest its lower devices and their endpoints, the switch's all else. */
function stageOf({ guests, cards, cables }: Booted, atSwitch: Executor): (topologies: readonly Topology[]) => Stage {
  return (topologies) => {
    const cableOf = plugIn(topologies, cables);
    const owners = new Map<string, number>();
    const plugged = new Map<string, { readonly guest: number; readonly address: string }>();
    for (const [lower, number] of cableOf) {
      const { guest } = cables[number] as SwitchCable;
      owners.set(lower, guest);
      plugged.set(lower, { guest, address: unicastAddress(GUEST_CARDS + number) });
    }
    for (const { endpoints } of topologies)
      for (const { name, lower } of endpoints) owners.set(name, owners.get(lower) as number);
    for (const { name, port } of topologies.flatMap(cabledTo)) {
      const number = cableOf.get(name);
      if (number !== undefined)
        plugged.set(port, { guest: guests.length - 1, address: unicastAddress(SWITCH_CARDS + number) });
    }
    const part = (executor: Executor, index: number, has: (device: string) => boolean): Part => ({
      executor,
      has,
      card: (device) => {
        const one = plugged.get(device);
        return one?.guest === index ? cardName(executor, cards[index], one.address) : undefined;
      },
    });
    const own = guests
      .slice(0, -1)
      .map(({ executor }, index) => part(executor, index, (one) => owners.get(one) === index));
    return { parts: [...own, part(atSwitch, guests.length - 1, (device) => !owners.has(device))] };
  };
}

function cardName(executor: Executor, cards: ReadonlyMap<string, string> | undefined, address: string): string {
  const name = cards?.get(address);
  if (name !== undefined) return name;
  throw new EnvironmentError(`${executor.place}: the network card "${address}" does not show`, {
    mend: "choose a kernel that has virtio_net",
  });
}

function blamedOn(executor: Executor, blame: (error: unknown) => Promise<unknown>): Executor {
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw await blame(error);
    }
  };
  return {
    place: executor.place,
    agent: executor.agent,
    workDirectory: executor.workDirectory,
    get slowness() {
      return executor.slowness ?? 1;
    },
    run: (script, options) => told(executor.run(script, options)),
    put: (path, content) => told(executor.put(path, content)),
    get: (path) => executor.get(path),
  };
}

/** What befell the switch, as an error of the lab's: nothing of it is about the kernel under test. */
function switchFault(error: unknown, { id }: Cabled, console: string, guest?: Guest): unknown {
  const signal = guest?.killedBy();
  if (signal !== undefined)
    return new EnvironmentError(`the QEMU of the switch was ended by ${signal}`, { cause: error });
  if (!(error instanceof KernelError)) return error;
  const { message, detail } = error;
  const [finding] = guest?.lastFindings() ?? [];
  return new EnvironmentError(`the kernel of the switch, "${id}", was lost: ${finding?.title ?? message}`, {
    ...(detail === undefined ? {} : { detail }),
    mend: `it is not the kernel under test; its console is in ${console}`,
    cause: error,
  }) satisfies LabError;
}
