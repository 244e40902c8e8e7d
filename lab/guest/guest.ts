/**
 * A guest: a QEMU process with a kernel under test, spoken to over the command channel. It owns no files but its
 * console log, and dies with the lab, whatever kills that (its parent-death signal is SIGKILL).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Duplex } from "node:stream";
import { Channel, type Greeting } from "../base/channel.ts";
import { DeadlineError, within } from "../base/deadline.ts";
import { EnvironmentError, KernelError, tail } from "../base/errors.ts";
import type { GuestExecutor } from "../base/executor.ts";
import type { GuestImage } from "../image/index.ts";
import { type ConsoleFindings, consoleFindings } from "./console-file.ts";
import { cablesOf, type GuestNic } from "./nic.ts";
import { type ProcessorTimes, processorTimes, readThreads } from "./processor-time.ts";
import { type Progress, readProgress } from "./progress.ts";
import type { Accelerator, Disk } from "./qemu-arguments.ts";
import { qemuArguments } from "./qemu-arguments.ts";
import { Qmp } from "./qmp.ts";
import { refusedModule } from "./refused-module.ts";
import { ifStarved, type Starvation, StarvedError, sentence, starvation } from "./starvation.ts";
import type { Watched } from "./watch.ts";

const QEMU = "qemu-system-x86_64";
const CHANNEL_DESCRIPTOR = 3;
const QMP_DESCRIPTOR = 4;
const PROGRESS_DESCRIPTOR = 5;
const CABLE_DESCRIPTOR = 6;
const QUIT_DEADLINE = 2_000;
/** What the agent says on the console when there is no channel to say it through (`images/agent/init.c`). */
const NO_PORT = "macvlab: no virtio-serial port";

export interface GuestOptions {
  /** For messages: the kernel's spec. */
  readonly name: string;
  readonly image: GuestImage;
  readonly accelerator: Accelerator;
  /** File the whole console is written to. */
  readonly console: string;
  /** MiB; default 256. */
  readonly memory?: number;
  /** Milliseconds from the start of QEMU to the agent's greeting; default 60 000. */
  readonly bootDeadline?: number;
  /** What the guest finds as /dev/vda, /dev/vdb ...; default none. */
  readonly disks?: readonly Disk[];
  /** Its network cards; default none. Their drivers must be in the image: `nicModules`. */
  readonly nics?: readonly GuestNic[];
  /** What starts QEMU by becoming it, as arguments QEMU's own follow; default: nothing else. Descriptors 3 to 5 are QEMU's. */
  readonly through?: readonly string[];
  /** Called once QEMU is on its way. */
  readonly whileBooting?: () => void;
}

/** A booted guest. Disposing of it ends QEMU. */
export interface Guest extends AsyncDisposable, Watched, ConsoleFindings, Pick<Starvation, "isCredible"> {
  readonly executor: GuestExecutor;
  readonly greeting: Greeting;
  readonly accelerator: Accelerator;
  /** Seconds from the start of QEMU to the agent's greeting, modules loaded. */
  readonly bootSeconds: number;
  readonly qmp: Qmp;
  /** How far the last plan it played had come. */
  readonly progress: () => Progress;
  /** The signal that ended QEMU, where it was not the lab's: no kernel's doing. */
  readonly killedBy: () => string | undefined;
  /** Resolves when QEMU has ended. */
  readonly ended: Promise<void>;
}

/**
 * Boots a kernel to the agent's greeting.
 * @throws KernelError when the kernel ends or is silent before that, with the tail of its console.
 * @throws UsageError when the kernel would not load a module of the user's own.
 * @throws EnvironmentError when QEMU cannot be started, StarvedError when it was hardly let run.
 */
export async function bootGuest(options: GuestOptions): Promise<Guest> {
  const started = performance.now();
  const qemu = startQemu(options);
  try {
    options.whileBooting?.();
    const greeting = await awaitGreeting(qemu, options);
    const bootSeconds = (performance.now() - started) / 1000;
    const refused = refusedModule(greeting, options.image, options.name, consoleTail(options, ""));
    if (refused) throw refused;
    const { channel, qmp, progress } = qemu;
    const accelerator = options.accelerator;
    const dispose = () => stop(qemu);
    const { isCredible, ...shortage } = starvation(qemu.times, () => channel.lastHeard);
    const facts = { greeting, accelerator, bootSeconds };
    const interrupt = () => void qmp.execute("inject-nmi").catch(() => {}); // unknown_nmi_panic is set
    const { findings, lastFindings } = consoleFindings(options.console);
    const told = {
      findings: () => findings().filter(isCredible),
      lastFindings: () => lastFindings().filter(isCredible),
    };
    const watched = { ...shortage, ...told, isCredible, interrupt, killedBy: () => killedBy(qemu.process) };
    return {
      ...facts,
      ...watched,
      executor: channel,
      qmp,
      progress,
      ended: qemu.exited,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await stop(qemu).catch(() => {}); // why it did not boot matters more than that it does not end
    throw error;
  }
}

/** QEMU broke off by itself, at an assertion of its own: started the same way it does so again. */
export class QemuCrash extends EnvironmentError {}

const CRASHES: ReadonlySet<string> = new Set(["SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV"]);

interface Qemu {
  readonly process: ChildProcess;
  readonly exited: Promise<void>;
  readonly stderr: () => string;
  readonly channel: Channel;
  readonly qmp: Qmp;
  readonly progress: () => Progress;
  readonly times: ProcessorTimes;
}

function startQemu(options: GuestOptions): Qemu {
  const args = qemuArguments({
    accelerator: options.accelerator,
    kernel: options.image.kernel.path,
    initramfs: options.image.path,
    memory: options.memory ?? 256,
    console: options.console,
    channelDescriptor: CHANNEL_DESCRIPTOR,
    qmpDescriptor: QMP_DESCRIPTOR,
    progressDescriptor: PROGRESS_DESCRIPTOR,
    disks: options.disks ?? [],
    nics: options.nics ?? [],
    cableDescriptor: CABLE_DESCRIPTOR,
  });
  const cables = cablesOf(options.nics ?? []);
  const process = spawn("setpriv", ["--pdeathsig", "KILL", ...(options.through ?? []), QEMU, ...args], {
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe", "pipe", ...cables.map((cable) => cable.end())],
    detached: true, // a terminal's Ctrl-C is the lab's alone: it may be meant for what runs in the guest
  });
  for (const [index, cable] of cables.entries()) cable.plugged(process.stdio[CABLE_DESCRIPTOR + index]);
  let stderr = "";
  process.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  const pipes: readonly unknown[] = process.stdio;
  const exited = new Promise<void>((resolve) => {
    process.once("close", () => resolve()); // not "exit": what it said last is to be read as well
    process.once("error", () => resolve());
  });
  const loss = () => new KernelError(`guest "${options.name}" is gone`, { detail: consoleTail(options, stderr) });
  const channel = new Channel(pipes[CHANNEL_DESCRIPTOR] as Duplex, {
    place: `guest ${options.name}`,
    agent: "/usr/bin/macvlab-agent",
    workDirectory: "/run/macvlab",
    explainLoss: loss,
  });
  const progress = readProgress(pipes[PROGRESS_DESCRIPTOR] as Duplex);
  const qmp = new Qmp(pipes[QMP_DESCRIPTOR] as Duplex);
  const times = processorTimes(() => (process.pid === undefined ? undefined : readThreads(process.pid)));
  void exited.then(() => times[Symbol.dispose]());
  return { process, exited, stderr: () => stderr, channel, qmp, progress, times };
}

async function awaitGreeting(qemu: Qemu, options: GuestOptions): Promise<Greeting> {
  const deadline = options.bootDeadline ?? 60_000;
  const ended = qemu.exited.then((): never => {
    throw bootFailure(qemu, options);
  });
  ended.catch(() => {});
  try {
    return await within(deadline, "boot", Promise.race([qemu.channel.greeting, ended]));
  } catch (error) {
    if (!(error instanceof DeadlineError)) {
      // The channel closes a moment before QEMU has ended, and how it ended tells why.
      await within(QUIT_DEADLINE, "QEMU to end", ended).catch((reason) => {
        if (!(reason instanceof DeadlineError)) throw reason;
      });
      throw error;
    }
    const starved = ifStarved(qemu.times.since(0));
    if (starved) throw new StarvedError(sentence(starved));
    throw new KernelError(`kernel "${options.name}" was not up after ${deadline / 1000} s in ${QEMU}`, {
      detail: consoleTail(options, qemu.stderr()),
      mend: `the whole console is in ${options.console}`,
      cause: error,
    });
  }
}

/** QEMU ended before the greeting: because it could not start (ours), or because the kernel did (a result). */
function bootFailure(qemu: Qemu, options: GuestOptions): Error {
  if (qemu.process.pid === undefined || qemu.process.exitCode === 127) {
    return new EnvironmentError(`"${QEMU}" cannot be started`, {
      detail: qemu.stderr(),
      mend: "install it: ./scripts/setup lab (Debian package qemu-system-x86)",
    });
  }
  if (qemu.process.signalCode) {
    const Ended = CRASHES.has(qemu.process.signalCode) ? QemuCrash : EnvironmentError;
    return new Ended(`${QEMU} of guest "${options.name}" was ended by ${qemu.process.signalCode}`, {
      detail: consoleTail(options, qemu.stderr()),
    });
  }
  if (qemu.process.exitCode !== 0) {
    const status = `status ${qemu.process.exitCode ?? qemu.process.signalCode}`;
    return new EnvironmentError(`${QEMU} refused to start guest "${options.name}": ${status}`, {
      detail: tail(qemu.stderr()),
    });
  }
  if (consoleText(options).includes(NO_PORT)) {
    return new EnvironmentError(`kernel "${options.name}" booted, but has no virtio-serial to speak to it through`, {
      detail: consoleTail(options, ""),
      mend: "name its modules, file:VMLINUZ,modules=DIR, or choose a kernel that has virtio_pci and virtio_console",
    });
  }
  return new KernelError(`kernel "${options.name}" ended before its first command`, {
    detail: consoleTail(options, qemu.stderr()),
    mend: `the whole console is in ${options.console}`,
  });
}

function consoleTail(options: GuestOptions, stderr: string): string {
  return tail(`${consoleText(options)}${stderr}`) || "(the console is empty)";
}

function consoleText(options: GuestOptions): string {
  try {
    return readFileSync(options.console, "utf8");
  } catch {
    return "";
  }
}

/** `kill` is asked for by nobody but the lab itself. */
function killedBy({ signalCode, killed }: ChildProcess): string | undefined {
  return killed ? undefined : (signalCode ?? undefined);
}

async function stop(qemu: Qemu): Promise<void> {
  if (qemu.process.pid === undefined) return;
  if (qemu.process.exitCode === null && qemu.process.signalCode === null) {
    void qemu.qmp.execute("quit").catch(() => {});
    await within(QUIT_DEADLINE, "QEMU to quit", qemu.exited).catch(() => qemu.process.kill("SIGKILL"));
  }
  // Killed, it is bound to go: a busy machine's delay must not hide what the guest was stopped for.
  await within(QUIT_DEADLINE, "QEMU to die", qemu.exited).catch(() => {});
}
