import { describe, expect, test } from "vitest";
import { findingsIn, healthOf } from "../../lab/guest/console.ts";

const BOOT = `[    0.000000] Linux version 6.1.0-56-cloud-amd64 (debian-kernel@lists.debian.org)
[    0.728000] PMU not available due to virtualization, using software events only.
[    2.700092] Unstable clock detected, switching default tracing clock to "global"
[    2.700092] If you want to keep using the local clock, then add:
[    3.100000] low-a: entered promiscuous mode
`;

const WARNING = `[    1.874801] ------------[ cut here ]------------
[    1.875182] WARNING: CPU: 0 PID: 1 at drivers/pci/msi/msi.h:17 pci_msi_setup_msi_irqs+0x28/0x40
[    1.875557] Modules linked in: virtio_console(+) virtio_pci virtio virtio_ring virtio_pci_modern_dev
[    1.876181] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0-56-cloud-amd64 #1  Debian 6.1.192-2
[    1.876897] RIP: 0010:pci_msi_setup_msi_irqs+0x28/0x40
[    1.885000] ---[ end trace 0000000000000000 ]---
`;

const OOPS = `[   12.345678] BUG: kernel NULL pointer dereference, address: 0000000000000010
[   12.345680] #PF: supervisor read access in kernel mode
[   12.345690] Oops: 0000 [#1] PREEMPT SMP NOPTI
[   12.345700] CPU: 0 PID: 231 Comm: ip Not tainted 6.1.0 #1
[   12.345710] RIP: 0010:macvlan_common_newlink+0x1a3/0x640 [macvlan]
`;

const PANIC = `[   13.000000] Kernel panic - not syncing: Fatal exception in interrupt
[   13.000100] Kernel Offset: disabled
[   13.000200] ---[ end Kernel panic - not syncing: Fatal exception in interrupt ]---
`;

const LINES: readonly [string, string, string][] = [
  ["[ 1.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)", "panic", "panic"],
  ["[ 1.0] BUG: unable to handle page fault for address: ffffffffc0000000", "oops", "oops"],
  ["[ 1.0] general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1]", "oops", "oops"],
  ["[ 1.0] kernel BUG at net/core/dev.c:10986!", "oops", "oops"],
  ["[ 1.0] watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [kworker/0:1:13]", "hang", "hang"],
  ["[ 1.0] rcu: INFO: rcu_sched self-detected stall on CPU", "hang", "hang"],
  ["[ 1.0] INFO: task ip:231 blocked for more than 120 seconds.", "hang", "hang"],
  ["[ 1.0] unregister_netdevice: waiting for low-a to become free. Usage count = 2", "leak", "leak"],
  ["[ 1.0] BUG: KASAN: slab-use-after-free in macvlan_handle_frame+0x33/0x900 [macvlan]", "bug", "oops"],
  ["[ 1.0] BUG: sleeping function called from invalid context at kernel/workqueue.c:3010", "bug", "oops"],
  ["[ 1.0] WARNING: CPU: 0 PID: 9 at net/core/dev.c:3305 skb_warn_bad_offload+0xbf/0xd0", "warning", "warned"],
  ["[ 1.0] WARNING: possible recursive locking detected", "warning", "warned"],
];

describe("findingsIn", () => {
  test("a console that has nothing to complain of has none", () => {
    expect(findingsIn(BOOT)).toEqual([]);
    expect(findingsIn("")).toEqual([]);
    expect(healthOf([])).toEqual({ status: "ok", findings: [] });
  });

  test.each(LINES)("%s", (line, kind, status) => {
    const [finding, ...more] = findingsIn(`${BOOT}${line}\r\n${BOOT}`);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ kind, status });
    expect(finding?.title).not.toMatch(/^\[|\r/);
    expect(line).toContain(finding?.title);
  });

  test("keeps the lines that follow, which say where it was", () => {
    const [finding] = findingsIn(BOOT + WARNING);
    expect(finding?.title).toBe("WARNING: CPU: 0 PID: 1 at drivers/pci/msi/msi.h:17 pci_msi_setup_msi_irqs+0x28/0x40");
    expect(finding?.log).toContain("RIP: 0010:pci_msi_setup_msi_irqs+0x28/0x40");
    expect(finding?.log).not.toContain("Linux version");
    const long = findingsIn(`${WARNING}${"more\n".repeat(500)}`)[0]?.log.split("\n").length ?? 0;
    expect(long).toBeLessThan(100);
  });

  test("tells one thing once, however often it is said", () => {
    expect(findingsIn(LINES[7]?.[0].concat("\n").repeat(20) ?? "")).toHaveLength(1);
  });

  test("tells what came first first", () => {
    const kinds = findingsIn(WARNING + OOPS + PANIC).map(({ kind }) => kind);
    expect(kinds[0]).toBe("warning");
    expect(kinds.at(-1)).toBe("panic");
    expect(kinds).toContain("oops");
  });
});

describe("healthOf", () => {
  test.each([
    [WARNING, "warned"],
    [WARNING + OOPS, "oops"],
    [WARNING + OOPS + PANIC, "panic"],
    [`${WARNING}${LINES[7]?.[0]}`, "leak"],
    [`${LINES[7]?.[0]}\n${LINES[4]?.[0]}`, "hang"],
  ])("is the gravest of its findings", (console, status) => {
    const health = healthOf(findingsIn(console));
    expect(health.status).toBe(status);
    expect(health.findings.every((finding) => !("status" in finding))).toBe(true);
  });
});
