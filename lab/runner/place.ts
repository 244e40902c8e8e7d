/** Where a kernel runs: a guest, or namespaces of the running kernel. Opened per kernel, gone with it. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import type { Executor } from "../base/executor.ts";
import { chooseAccelerator } from "../guest/accelerator.ts";
import type { ConsoleFindings } from "../guest/console-file.ts";
import type { Guest } from "../guest/guest.ts";
import { bootInStep } from "../guest/in-step.ts";
import { type GuestNic, nicModules } from "../guest/nic.ts";
import type { Progress } from "../guest/progress.ts";
import type { Starvation } from "../guest/starvation.ts";
import type { Watched } from "../guest/watch.ts";
import { openHostNamespace } from "../host/host-namespace.ts";
import { agentProgram, type GuestImage, guestImage, ROUTING_MODULES } from "../image/index.ts";
import type { Listener } from "../model/events.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { type KernelVersion, parseKernelVersion } from "../model/kernel-version.ts";
import type { KernelResult } from "../model/results.ts";

/** What a place tells of its kernel, for the results. */
export type KernelFacts = Pick<KernelResult, "release" | "version" | "sha256" | "modules" | "accelerator" | "image">;

export interface Place extends AsyncDisposable, Watched, ConsoleFindings, Pick<Starvation, "isCredible"> {
  readonly executor: Executor;
  readonly facts: KernelFacts;
  readonly bootSeconds: number;
  /** How far the last plan it played had come. */
  readonly progress: () => Progress;
  /** The signal that ended its machine, where that was neither the lab nor the kernel. */
  readonly killedBy: () => string | undefined;
}

/** A kernel to run on: artefacts for a guest, or the running one. */
export type Target =
  | { readonly kind: "guest"; readonly id: string; readonly version: KernelVersion; readonly kernel: KernelArtefacts }
  | { readonly kind: "host"; readonly id: string; readonly version: KernelVersion };

export interface PlaceOptions {
  /** File for the guest's console. */
  readonly console: string;
  readonly listener: Listener;
  /** Called once the place is on its way: what can be worked out meanwhile costs no time. */
  readonly whileStarting: () => void;
  /** Whether addresses are to be translated there: a guest gets what that takes. */
  readonly routing?: boolean;
  /** Network cards a guest has, with their drivers; those its kernel lacks stay unused. */
  readonly nics?: readonly GuestNic[];
}

export function hostTarget(): Target {
  return { kind: "host", id: "host", version: parseKernelVersion(release()) };
}

export function openPlace(target: Target, options: PlaceOptions): Promise<Place> {
  return target.kind === "host" ? openHost(options) : openGuest(target, options);
}

async function openHost({ whileStarting }: PlaceOptions): Promise<Place> {
  const namespace = await openHostNamespace(await agentProgram(), whileStarting);
  return {
    executor: namespace.executor,
    facts: hostFacts(),
    bootSeconds: namespace.bootSeconds,
    silence: () => 0,
    findings: () => [],
    lastFindings: () => [],
    isCredible: () => true,
    starved: () => undefined,
    killedBy: () => undefined,
    interrupt: () => {},
    progress: () => ({ plans: 0, frames: 0 }),
    [Symbol.asyncDispose]: () => namespace[Symbol.asyncDispose](),
  };
}

/** The running kernel's image is not to be had everywhere: its notes, with the build id, are. */
export function hostFacts(): KernelFacts {
  const notes = "/sys/kernel/notes";
  const identity = readFileSync(existsSync(notes) ? notes : "/proc/version");
  const sha256 = createHash("sha256").update(identity).digest("hex");
  return {
    release: release(),
    version: parseKernelVersion(release()).join("."),
    sha256,
    modules: [],
    accelerator: "none",
  };
}

async function openGuest(target: Extract<Target, { kind: "guest" }>, options: PlaceOptions): Promise<Place> {
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
async function giveTime({ executor }: Guest): Promise<void> {
  const { slowness = 1 } = executor;
  if (slowness === 1) return;
  const seconds = Math.ceil(HUNG_TASK_SECONDS * slowness);
  await executor.run(`echo ${seconds} > /proc/sys/kernel/hung_task_timeout_secs`);
}

/** A booted guest as a place. */
export function guestPlace(guest: Guest, kernel: KernelArtefacts, image: GuestImage): Place {
  return {
    executor: guest.executor,
    facts: {
      release: guest.greeting.release,
      version: kernel.version.join("."),
      sha256: kernel.sha256,
      modules: [...image.modules],
      accelerator: guest.accelerator,
      image: imageFacts(image),
    },
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

function imageFacts({ sha256, recipe, packages }: GuestImage): KernelFacts["image"] {
  const iproute2 = packages.find(({ name }) => name === "iproute2")?.version;
  return { sha256, recipe, ...(iproute2 === undefined ? {} : { iproute2 }) };
}
