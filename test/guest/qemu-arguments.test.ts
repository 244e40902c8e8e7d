import { describe, expect, test } from "vitest";
import { Cable } from "../../lab/guest/cable.ts";
import { type GuestNic, nicModules } from "../../lab/guest/nic.ts";
import { type GuestHardware, qemuArguments } from "../../lab/guest/qemu-arguments.ts";

const HARDWARE: GuestHardware = {
  ...{
    accelerator: "tcg",
    kernel: "/c/kernel.elf",
    initramfs: "/c/image.cpio",
    memory: 256,
    console: "/r/console/k.log",
  },
  ...{ channelDescriptor: 3, qmpDescriptor: 4, progressDescriptor: 5, cableDescriptor: 6 },
};

function valuesOf(option: string, rest: Partial<GuestHardware> = {}): string[] {
  const args = qemuArguments({ ...HARDWARE, ...rest });
  return args.flatMap((arg, index) => (arg === option ? [args[index + 1] as string] : []));
}

describe("qemuArguments", () => {
  test("boots this kernel with this initramfs and this much memory", () => {
    expect(valuesOf("-kernel")).toEqual(["/c/kernel.elf"]);
    expect(valuesOf("-initrd")).toEqual(["/c/image.cpio"]);
    expect(valuesOf("-m", { memory: 384 })).toEqual(["384"]);
  });

  test("takes nothing of the machine's own configuration, opens no window, has no network", () => {
    const args = qemuArguments(HARDWARE);
    for (const flag of ["-nodefaults", "-no-user-config", "-no-reboot"]) expect(args).toContain(flag);
    expect(valuesOf("-display")).toEqual(["none"]);
    expect(args.filter((arg) => /^-(nic|netdev|net)$/.test(arg))).toEqual([]);
  });

  test.each([
    ["kvm", "host"],
    ["tcg", "Nehalem,+rdrand"],
  ] as const)("under %s the processor is %s", (accelerator, cpu) => {
    expect(valuesOf("-accel", { accelerator })).toEqual([accelerator]);
    expect(valuesOf("-cpu", { accelerator })).toEqual([cpu]);
  });

  test("names the descriptors QEMU inherits, each on a device of its own", () => {
    const all = valuesOf("-chardev", { channelDescriptor: 7, qmpDescriptor: 8, progressDescriptor: 9 });
    const characters = all.filter((one) => one.startsWith("socket,"));
    expect(characters).toHaveLength(3);
    const idOf = (fd: number) => characters.find((one) => one.endsWith(`fd=${fd}`))?.match(/id=(\w+)/)?.[1];
    expect(valuesOf("-mon")).toEqual([`chardev=${idOf(8)},mode=control`]);
    expect(valuesOf("-device").some((one) => one.startsWith(`virtserialport,chardev=${idOf(7)},`))).toBe(true);
    expect(valuesOf("-device")).toContain(`isa-debugcon,iobase=0xe9,chardev=${idOf(9)}`);
  });

  test("has a disk for each that is given, in that order; a shared one is not written to", () => {
    const disks = [
      { path: "/c/work,bench.img", shared: true },
      { path: "/proc/1/fd/20", shared: false },
    ];
    expect(valuesOf("-drive", { disks })).toEqual([
      "id=disk0,if=none,format=raw,cache=unsafe,snapshot=on,file=/c/work,,bench.img",
      "id=disk1,if=none,format=raw,cache=unsafe,snapshot=off,file=/proc/1/fd/20",
    ]);
    const devices = valuesOf("-device", { disks }).filter((each) => each.startsWith("virtio-blk"));
    expect(devices).toEqual(["virtio-blk-pci,drive=disk0", "virtio-blk-pci,drive=disk1"]);
    expect(valuesOf("-drive")).toEqual([]);
  });

  test("has a card for each that is given, in that order, cabled within the guest or to another QEMU", () => {
    const [one, other] = [new Cable(), new Cable()];
    const nics: GuestNic[] = [
      { model: "e1000", address: "02:6d:76:00:00:01", link: { kind: "hub", hub: 3 } },
      { model: "virtio-net-pci", address: "02:6d:76:00:00:02", link: { kind: "hub", hub: 3 } },
      { model: "vmxnet3", address: "02:6d:76:00:00:03", link: { kind: "cable", cable: one } },
      { model: "rtl8139", address: "02:6d:76:00:00:04", link: { kind: "cable", cable: other } },
    ];
    expect(valuesOf("-netdev", { nics })).toEqual([
      "hubport,id=nic0-cable,hubid=3",
      "hubport,id=nic1-cable,hubid=3",
      "stream,id=nic2-cable,server=off,addr.type=fd,addr.str=6",
      "stream,id=nic3-cable,server=off,addr.type=fd,addr.str=7",
    ]);
    expect(valuesOf("-device", { nics }).filter((each) => each.includes("netdev="))).toEqual([
      "e1000,id=nic0,netdev=nic0-cable,mac=02:6d:76:00:00:01,romfile=",
      "virtio-net-pci,id=nic1,netdev=nic1-cable,mac=02:6d:76:00:00:02,romfile=",
      "vmxnet3,id=nic2,netdev=nic2-cable,mac=02:6d:76:00:00:03,romfile=",
      "rtl8139,id=nic3,netdev=nic3-cable,mac=02:6d:76:00:00:04,romfile=",
    ]);
    expect(nicModules(nics)).toEqual(["e1000", "virtio_net", "vmxnet3", "8139cp"]);
  });

  test("a comma in a path is no new option", () => {
    expect(valuesOf("-chardev", { console: "/r/a,b/k.log" })).toContain("file,id=console,path=/r/a,,b/k.log");
    expect(valuesOf("-serial")).toEqual(["chardev:console"]); // its own short form takes no doubled comma
  });

  test("a kernel that panics ends at once instead of hanging, and says so on the console that is kept", () => {
    const [line = ""] = valuesOf("-append");
    expect(line.split(" ")).toEqual(expect.arrayContaining(["console=ttyS0", "panic=-1"]));
    const level = Number(/loglevel=(\d)/.exec(line)?.[1]);
    expect(level, "warnings (4) are shown").toBeGreaterThan(4);
  });
});
