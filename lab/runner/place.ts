/** Where a kernel runs: a guest, or namespaces of the running kernel. Opened per kernel, gone with it. */
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { release } from "node:os";
import type { Executor } from "../base/executor.ts";
import { chooseAccelerator } from "../guest/accelerator.ts";
import { consoleReader } from "../guest/console.ts";
import { bootGuest, type Guest } from "../guest/guest.ts";
import type { Progress } from "../guest/progress.ts";
import { openHostNamespace } from "../host/host-namespace.ts";
import { agentProgram, type GuestImage, guestImage } from "../image/index.ts";
import type { Listener } from "../model/events.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import { type KernelVersion, parseKernelVersion } from "../model/kernel-version.ts";
import type { Finding, KernelResult } from "../model/results.ts";

/** What a place tells of its kernel, for the results. */
export type KernelFacts = Pick<KernelResult, "release" | "version" | "sha256" | "modules" | "accelerator" | "image">;

export interface Place extends AsyncDisposable {
  readonly executor: Executor;
  readonly facts: KernelFacts;
  readonly bootSeconds: number;
  /** Milliseconds since its agent was last heard; it says something every second. */
  readonly silence: () => number;
  /** What the kernel itself complained of so far, as far as its reports are whole. */
  readonly findings: () => readonly Finding[];
  /** All that it said, a report it broke off in included. */
  readonly lastFindings: () => readonly Finding[];
  /** Has a kernel that says nothing any more say where it is, which is its end. */
  readonly interrupt: () => void;
  /** How far the last plan it played had come. */
  readonly progress: () => Progress;
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
  const image = await guestImage(kernel, { note, userSpace: "lean" });
  const accelerator = await chooseAccelerator(image, note);
  options.listener({ event: "phase", kernel: id, phase: "boot", detail: accelerator });
  const boot = () =>
    bootGuest({ name: id, image, accelerator, console: options.console, whileBooting: options.whileStarting });
  const guest = await inStep(boot, note);
  for (const failure of guest.greeting.failedModules) note(`module not loaded: ${failure}`);
  return {
    executor: guest.executor,
    facts: {
      release: guest.greeting.release,
      version: kernel.version.join("."),
      sha256: kernel.sha256,
      modules: [...image.modules],
      accelerator,
      image: imageFacts(image),
    },
    bootSeconds: guest.bootSeconds,
    silence: guest.silence,
    ...consoleFindings(options.console),
    interrupt: () => void guest.qmp.execute("inject-nmi").catch(() => {}), // unknown_nmi_panic is set
    progress: guest.progress,
    [Symbol.asyncDispose]: () => guest[Symbol.asyncDispose](),
  };
}

/** A guest's clock against the machine's: more than this, and its watchdogs bark at nothing. */
const FAST = 1.3;
const BOOTS = 3;

/** An emulated kernel calibrates its clock wrongly now and then, by factors; the next boot it does not. */
async function inStep(boot: () => Promise<Guest>, note: (text: string) => void): Promise<Guest> {
  for (let boots = 1; ; boots++) {
    const guest = await boot();
    const factor = guest.greeting.firstCommand / guest.bootSeconds;
    if (factor < FAST || boots === BOOTS) return guest;
    note(`its clock runs ${factor.toFixed(1)} times too fast: booted again`);
    await guest[Symbol.asyncDispose]();
  }
}

/** Reads on where it stopped the last time; a console that has not grown has no report under way. */
function consoleFindings(path: string): Pick<Place, "findings" | "lastFindings"> {
  const reader = consoleReader();
  let taken = 0;
  const read = () => {
    const { size } = statSync(path);
    if (size > taken) reader.read(readPart(path, taken, size - taken));
    else reader.quiet();
    taken = size;
    return reader;
  };
  return { findings: () => read().told(), lastFindings: () => read().findings() };
}

function readPart(path: string, position: number, length: number): string {
  const descriptor = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(length);
    return buffer.toString("latin1", 0, readSync(descriptor, buffer, 0, length, position));
  } finally {
    closeSync(descriptor);
  }
}

function imageFacts({ sha256, recipe, packages }: GuestImage): KernelFacts["image"] {
  const iproute2 = packages.find(({ name }) => name === "iproute2")?.version;
  return { sha256, recipe, ...(iproute2 === undefined ? {} : { iproute2 }) };
}
