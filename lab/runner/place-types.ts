/** Where a kernel runs, as all who ask something of it know it. */
import type { Executor, GuestExecutor } from "../base/executor.ts";
import type { EngineRoom } from "../container/engine-types.ts";
import type { ConsoleFindings } from "../guest/console-file.ts";
import type { GuestNic } from "../guest/nic.ts";
import type { Progress } from "../guest/progress.ts";
import type { Starvation } from "../guest/starvation.ts";
import type { Watched } from "../guest/watch.ts";
import type { Listener } from "../model/events.ts";
import type { KernelArtefacts } from "../model/kernel.ts";
import type { KernelVersion } from "../model/kernel-version.ts";
import type { KernelResult } from "../model/results.ts";
import type { Topology } from "../model/topology.ts";
import type { Stage } from "../topology/stage.ts";

/** What a place tells of its kernel, for the results. */
export type KernelFacts = Pick<
  KernelResult,
  "release" | "version" | "sha256" | "modules" | "accelerator" | "image" | "switch" | "guests" | "engine" | "lowers"
>;

export interface Place extends AsyncDisposable, Watched, ConsoleFindings, Pick<Starvation, "isCredible"> {
  readonly executor: Executor;
  /** All guests of the kernel under test, the one above first. */
  readonly tested: readonly Executor[];
  /** Where topologies are built: here, or in several places that are cabled to one another. */
  readonly stage: (topologies: readonly Topology[]) => Stage;
  /** Told by how many microseconds the clocks of these places may be off against one another. */
  readonly clocksOff?: (microseconds: number) => void;
  /** Takes from the guests under test what holds buffers and devices by its nature, once all is asked. */
  readonly unplug?: () => Promise<void>;
  /** Rejects when something is lost that is not under test, but without which nothing can be told. */
  readonly lostAlongside?: Promise<never>;
  /** Of the running kernel. */
  readonly cards?: CardPlace;
  /** Of the running kernel: where the lab works beside a container engine. */
  readonly room?: EngineRoom;
  readonly facts: KernelFacts;
  readonly bootSeconds: number;
  /** How far the last plan it played had come. */
  readonly progress: () => Progress;
  /** The signal that ended its machine, where that was neither the lab nor the kernel. */
  readonly killedBy: () => string | undefined;
}

/** Where macvtaps can be the network cards of guests. */
export interface CardPlace {
  readonly executor: GuestExecutor;
  /** What starts a program of the machine there, as arguments the program's own follow. */
  readonly enter: readonly string[];
}

/** How a kernel's guests are cabled to a switch in a guest of its own. */
export interface Cabled {
  /** Spec of the switch's kernel. */
  readonly id: string;
  readonly kernel: KernelArtefacts;
  /** Guests of the kernel under test. */
  readonly hypervisors: number;
}

export interface GuestTarget {
  readonly kind: "guest";
  readonly id: string;
  readonly version: KernelVersion;
  readonly kernel: KernelArtefacts;
  /** Set where the switch has a guest of its own. */
  readonly cabled?: Cabled;
}

/** A kernel to run on: artefacts for a guest, or the running one. */
export type Target = GuestTarget | { readonly kind: "host"; readonly id: string; readonly version: KernelVersion };

export interface PlaceOptions {
  /** File for the guest's console. */
  readonly console: string;
  readonly listener: Listener;
  /** Called once the place is on its way: what can be worked out meanwhile costs no time. */
  readonly whileStarting: () => void;
  /** Whether addresses are to be translated there: a guest gets what that takes. */
  readonly routing?: boolean;
  /** How many cables the first guest has at least, where the switch has a guest of its own. */
  readonly cables?: number;
  /** Network cards a guest has, with their drivers; those its kernel lacks stay unused. */
  readonly nics?: readonly GuestNic[];
}
