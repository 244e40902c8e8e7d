/** What guests run on: emulation, and KVM where a guest really boots with it. */
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { runCommand } from "../../base/command.ts";
import { type AcceleratorAnswer, kvmOpens, probeKvm, rememberedAccelerator } from "../../guest/accelerator.ts";
import { guestImage } from "../../image/index.ts";
import type { KernelArtefacts } from "../../model/kernel.ts";
import { type Finding, ok } from "./finding.ts";
import { findCommand } from "./tools.ts";

const QEMU = "qemu-system-x86_64";

/**
 * @param kernel to boot a probe guest with, from the cache; nothing is fetched for it.
 * @param say told before anything that takes time.
 */
export async function acceleratorFindings(
  kernel: KernelArtefacts | undefined,
  say: (text: string) => void,
): Promise<Finding[]> {
  const path = await findCommand(QEMU);
  if (path === undefined) {
    return [{ subject: "accelerators", state: "missing", text: `not asked: there is no ${QEMU}`, mend: "see tools" }];
  }
  const { stdout } = await runCommand([path, "-accel", "help"], { deadline: 5_000 });
  const built = stdout.split("\n").map((line) => line.trim());
  const kvm = built.includes("kvm") ? await kvmFinding(kernel, say) : notBuilt("kvm", "limited");
  const emulation = built.includes("tcg") ? ok("tcg", "emulation, built into this QEMU") : undefined;
  return [kvm, emulation ?? notBuilt("tcg", kvm.state === "ok" ? "limited" : "missing")];
}

function notBuilt(subject: string, state: "limited" | "missing"): Finding {
  return { subject, state, text: "not built into this QEMU", mend: "apt-get install --reinstall qemu-system-x86" };
}

async function kvmFinding(kernel: KernelArtefacts | undefined, say: (text: string) => void): Promise<Finding> {
  if (!existsSync("/dev/kvm")) {
    const mend = "load kvm_intel or kvm_amd; inside a virtual machine its host must allow nesting";
    return { subject: "kvm", state: "limited", text: "there is no /dev/kvm: guests are emulated", mend };
  }
  if (!kvmOpens()) {
    const mend = `add the user to the group of the device (adduser ${userInfo().username} kvm) and log in anew`;
    return { subject: "kvm", state: "limited", text: "/dev/kvm may not be opened: guests are emulated", mend };
  }
  const known = rememberedAccelerator();
  if (known) return describeAnswer(known);
  if (!kernel) {
    const text = "/dev/kvm is there, which proves nothing; not probed, because no kernel is cached to boot";
    return { subject: "kvm", state: "limited", text, mend: "./scripts/lab fetches one and probes" };
  }
  say(`booting ${kernel.release} with KVM, once for this machine (its guest image is built first if there is none)`);
  return describeAnswer(await probeKvm(await guestImage(kernel)));
}

export function describeAnswer({ accelerator, why, probedAt }: AcceleratorAnswer): Finding {
  const when = `probed ${probedAt.slice(0, 10)}`;
  if (accelerator === "kvm") return ok("kvm", `a probe guest booted with it (${when})`);
  const text = `a probe guest did not boot with it (${when}${why ? `: ${why}` : ""}): guests are emulated`;
  const mend = "nothing has to be done: emulation shows the same, slower; a new kernel or QEMU is probed anew";
  return { subject: "kvm", state: "limited", text, mend };
}
