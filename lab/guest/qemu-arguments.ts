/** QEMU's command line for a guest, as a pure function. */
import { escapeComma, type GuestNic, nicArguments } from "./nic.ts";

export type Accelerator = "kvm" | "tcg";

export interface GuestHardware {
  readonly accelerator: Accelerator;
  /** What `-kernel` gets: an ELF with a PVH note, or a bzImage. */
  readonly kernel: string;
  readonly initramfs: string;
  /** Guest memory in MiB. */
  readonly memory: number;
  /** File that takes the whole console. */
  readonly console: string;
  /** Descriptors QEMU inherits, both connected sockets: the command channel and QMP. */
  readonly channelDescriptor: number;
  readonly qmpDescriptor: number;
  /** A third: what the agent tells of its progress, byte by byte (`images/agent/progress.c`). */
  readonly progressDescriptor: number;
  /** What the guest finds as /dev/vda, /dev/vdb ...; default none. */
  readonly disks?: readonly Disk[];
  /** Its network cards, in this order on the bus; default none. */
  readonly nics?: readonly GuestNic[];
  /** Of the first cable that leads out of the guest. */
  readonly cableDescriptor: number;
}

/** An image in a file, as a virtio disk. */
export interface Disk {
  readonly path: string;
  /** Whether what the guest writes goes elsewhere: then several guests may share the file, which stays as it is. */
  readonly shared: boolean;
}

/**
 * Emulated, a plain processor: each feature of a newer one is patched into the kernel at hundreds of places while it
 * boots (`apply_alternatives`), and every patch costs the emulator what it had translated. RDRAND seeds the kernel.
 */
const CPU: Readonly<Record<Accelerator, string>> = { kvm: "host", tcg: "Nehalem,+rdrand" };

/**
 * A hang is told of by the kernel itself within 15 s, with its stack; what a kernel does not know of these it ignores.
 * The margin to an emulated guest on a busy machine is in docs/decisions/0010-what-a-console-says.md.
 */
const WATCHDOGS = [
  "watchdog_thresh=4", // soft lockup after twice as many seconds
  "rcupdate.rcu_cpu_stall_timeout=8",
  "workqueue.watchdog_thresh=10",
  "sysctl.kernel.hung_task_timeout_secs=10",
  "sysctl.kernel.hung_task_check_interval_secs=2",
  "sysctl.net.core.netdev_unregister_timeout_secs=3", // says so while the command that removes the device still waits
  "unknown_nmi_panic", // a guest that says nothing any more is asked by an NMI where it hangs
  "sysctl.kernel.printk=7", // from here on, not while booting: stacks of hung tasks are mere information
];

/**
 * The kernel's command line. Nothing in it changes what the network stack does; each word buys boot time under
 * emulation (docs/decisions/0003-boot.md says which) or makes a broken kernel end instead of hanging.
 */
const KERNEL_COMMAND_LINE = [
  "console=ttyS0",
  "loglevel=5",
  "panic=-1",
  "oops=panic", // what is observed after an oops proves nothing, and at once the frame that was in flight is known
  "acpi=off",
  "pmtmr=0x608", // where the ICH9 has it: the clock to calibrate by, and to fall back to, that ACPI would have told of
  "pci=nomsi", // without ACPI no interrupt domain takes MSIs: 5.10 and 6.1 warn of that (pci_msi_setup_msi_irqs)
  "nokaslr",
  "noreplace-smp", // lock prefixes stay: taking them out for one processor is thousands of patches, 0.2 s
  "mitigations=off",
  "tsc=reliable",
  "no_timer_check",
  "nolapic_timer",
  "random.trust_cpu=on",
  "audit=0",
  "cryptomgr.notests",
  "rcupdate.rcu_expedited=1",
  "net.ifnames=0",
  ...WATCHDOGS,
];

export function qemuArguments(hardware: GuestHardware): string[] {
  return [
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"],
    ...["-name", "macvlab"],
    ...["-machine", "q35", "-accel", hardware.accelerator],
    ...["-cpu", CPU[hardware.accelerator]],
    ...["-smp", "1", "-m", String(hardware.memory)],
    ...["-kernel", hardware.kernel, "-initrd", hardware.initramfs],
    ...["-append", KERNEL_COMMAND_LINE.join(" ")],
    ...["-chardev", `file,id=console,path=${escapeComma(hardware.console)}`, "-serial", "chardev:console"],
    ...["-chardev", `socket,id=qmp,fd=${hardware.qmpDescriptor}`, "-mon", "chardev=qmp,mode=control"],
    ...["-device", "virtio-serial-pci", "-chardev", `socket,id=channel,fd=${hardware.channelDescriptor}`],
    ...["-device", "virtserialport,chardev=channel,name=macvlab"],
    ...["-chardev", `socket,id=progress,fd=${hardware.progressDescriptor}`],
    ...["-device", "isa-debugcon,iobase=0xe9,chardev=progress"],
    ...(hardware.disks ?? []).flatMap(diskArguments),
    ...nicArguments(hardware.nics ?? [], hardware.cableDescriptor),
  ];
}

/** What a guest wrote is nobody's once it is gone, so no write is waited for. */
function diskArguments({ path, shared }: Disk, index: number): string[] {
  const drive = `id=disk${index},if=none,format=raw,cache=unsafe,snapshot=${shared ? "on" : "off"}`;
  return ["-drive", `${drive},file=${escapeComma(path)}`, "-device", `virtio-blk-pci,drive=disk${index}`];
}
