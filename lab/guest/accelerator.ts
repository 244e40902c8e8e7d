/**
 * Which accelerator works here. `/dev/kvm` existing proves nothing, and a guest that hangs under KVM never ends by
 * itself, so a guest is booted to its first command under a deadline. The answer is remembered per machine.
 */
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { cpus, hostname, release } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "../base/cache.ts";
import { KernelError, LabError } from "../base/errors.ts";
import type { GuestImage } from "../image/index.ts";
import { bootGuest, QemuCrash } from "./guest.ts";
import type { Accelerator } from "./qemu-arguments.ts";

const KVM_DEVICE = "/dev/kvm";
/** Under KVM a guest is up in well under a second; one that is not by now hangs. */
const PROBE_DEADLINE = 5_000;

export interface AcceleratorAnswer {
  readonly accelerator: Accelerator;
  /** Why it is not KVM. */
  readonly why?: string | undefined;
  /** When a guest was booted to find out, as ISO 8601. */
  readonly probedAt: string;
}

/** The fastest accelerator that really boots a guest. `note` is told when a probe was needed, and what it showed. */
export async function chooseAccelerator(image: GuestImage, note: (text: string) => void): Promise<Accelerator> {
  if (!kvmOpens()) return "tcg";
  const known = rememberedAccelerator();
  if (known) return known.accelerator;
  const { accelerator, why } = await probeKvm(image);
  note(why ? `KVM does not work here, so guests are emulated: ${why}` : "KVM works here: a probe guest booted");
  return accelerator;
}

/** What the last probe on this machine showed; undefined when there was none. */
export function rememberedAccelerator(): AcceleratorAnswer | undefined {
  try {
    const answer = JSON.parse(readFileSync(answerFile(), "utf8")) as AcceleratorAnswer;
    return answer.accelerator === "kvm" || answer.accelerator === "tcg" ? answer : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Boots a guest under KVM, and remembers whether it came up: where /dev/kvm lies, some guests hang and some make QEMU
 * abort. What kept it from being tried is not remembered.
 */
export async function probeKvm(image: GuestImage): Promise<AcceleratorAnswer> {
  const failure = await kvmFailure(image);
  const why = failure && describeFailure(failure);
  const answer: AcceleratorAnswer = { accelerator: why ? "tcg" : "kvm", why, probedAt: new Date().toISOString() };
  if (!failure || failure instanceof KernelError || failure instanceof QemuCrash) remember(answer);
  return answer;
}

/** Whether the device node is there and may be opened; more it does not tell. */
export function kvmOpens(): boolean {
  try {
    accessSync(KVM_DEVICE, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Boots a probe guest under KVM; undefined when it came up, else why not. */
async function kvmFailure(image: GuestImage): Promise<LabError | undefined> {
  // Its console tells nothing that is not known of the kernel already, and a file could be left behind.
  const [accelerator, console] = ["kvm", "/dev/null"] as const;
  try {
    const options = { name: "KVM probe", image, accelerator, console, bootDeadline: PROBE_DEADLINE };
    await using _guest = await bootGuest(options);
    return undefined;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return error;
  }
}

function describeFailure(error: LabError): string {
  if (error instanceof KernelError) return error.message;
  return `${error.message} (${error.detail ?? ""})`.replace(/\s+/g, " ");
}

/** Named after what may change the answer: the machine, its kernel, its processors and QEMU itself. */
function answerFile(): string {
  const qemu = (process.env.PATH ?? "")
    .split(":")
    .map((directory) => join(directory, "qemu-system-x86_64"))
    .find(existsSync);
  const changed = qemu ? statSync(qemu).mtimeMs : 0;
  const facts = [hostname(), release(), cpus()[0]?.model, changed].join("\n");
  return cacheDirectory("accelerators", `${createHash("sha256").update(facts).digest("hex").slice(0, 32)}.json`);
}

function remember(answer: AcceleratorAnswer): void {
  mkdirSync(cacheDirectory("accelerators"), { recursive: true });
  const partial = `${answerFile()}.${process.pid}`;
  writeFileSync(partial, JSON.stringify(answer));
  renameSync(partial, answerFile());
}
