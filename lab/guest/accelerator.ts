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
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { cpus, hostname, release, tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "../base/cache.ts";
import { KernelError, LabError } from "../base/errors.ts";
import type { GuestImage } from "../image/index.ts";
import { bootGuest } from "./guest.ts";
import type { Accelerator } from "./qemu-arguments.ts";

const KVM_DEVICE = "/dev/kvm";
/** Under KVM a guest is up in well under a second; one that is not by now hangs. */
const PROBE_DEADLINE = 5_000;

/** The fastest accelerator that really boots a guest. `note` is told when a probe was needed, and what it showed. */
export async function chooseAccelerator(image: GuestImage, note: (text: string) => void): Promise<Accelerator> {
  if (!kvmOpens()) return "tcg";
  const file = cacheDirectory("accelerators", `${machineKey()}.json`);
  const known = remembered(file);
  if (known) return known;
  const failure = await kvmFailure(image);
  const answer: Accelerator = failure ? "tcg" : "kvm";
  note(failure ? `KVM does not work here, so guests are emulated: ${failure}` : "KVM works here: a probe guest booted");
  remember(file, answer);
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
export async function kvmFailure(image: GuestImage): Promise<string | undefined> {
  const console = join(tmpdir(), `macvlab-probe-${process.pid}.log`);
  try {
    const options = { name: "KVM probe", image, accelerator: "kvm", console, bootDeadline: PROBE_DEADLINE } as const;
    await using _guest = await bootGuest(options);
    return undefined;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return error instanceof KernelError
      ? error.message
      : `${error.message} (${error.detail ?? ""})`.replace(/\s+/g, " ");
  } finally {
    rmSync(console, { force: true });
  }
}

/** What may change the answer: the machine, its kernel, its processors and QEMU itself. */
function machineKey(): string {
  const qemu = (process.env.PATH ?? "")
    .split(":")
    .map((directory) => join(directory, "qemu-system-x86_64"))
    .find(existsSync);
  const changed = qemu ? statSync(qemu).mtimeMs : 0;
  const facts = [hostname(), release(), cpus()[0]?.model, changed].join("\n");
  return createHash("sha256").update(facts).digest("hex").slice(0, 32);
}

function remembered(file: string): Accelerator | undefined {
  try {
    const { accelerator } = JSON.parse(readFileSync(file, "utf8")) as { accelerator?: unknown };
    return accelerator === "kvm" || accelerator === "tcg" ? accelerator : undefined;
  } catch {
    return undefined;
  }
}

function remember(file: string, accelerator: Accelerator): void {
  mkdirSync(cacheDirectory("accelerators"), { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, JSON.stringify({ accelerator, probedAt: new Date().toISOString() }));
  renameSync(partial, file);
}
