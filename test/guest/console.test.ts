import { describe, expect, test } from "vitest";
import { consoleReader, findingsIn, healthOf } from "../../lab/guest/console.ts";

const BOOT = `[    0.000000] Linux version 6.1.0-56-cloud-amd64 (debian-kernel@lists.debian.org)
[    0.728000] PMU not available due to virtualization, using software events only.
[    2.700092] Unstable clock detected, switching default tracing clock to "global"
[    2.700092] If you want to keep using the local clock, then add:
[    3.000000] faulty: loading out-of-tree module taints kernel.
[    3.000100] faulty: module verification failed: signature and/or required key missing - tainting kernel
[    3.100000] low-a: entered promiscuous mode
[    3.200000] Lockdown: no bug here, and no warning: just an oops in an ordinary line, and panic=-1
[    3.200000] traps: ip[231] general protection fault ip:7f2b3c sp:7ffd error:0 in libc.so.6[7f2b3c000000+156000]
[    3.200000] ip[231]: segfault at 10 ip 00007f sp 00007f error 4 in ip[55a4+66000]
[    3.300000] INFO: NMI handler (perf_event_nmi_handler) took too long to run: 1.2 msecs
[    3.300000] workqueue: macvlan_process_broadcast [macvlan] hogged CPU for >10000us 4 times, consider switching to WQ_UNBOUND
macvlab: no virtio-serial port named "BUG: WARNING: Kernel panic - not syncing" after 5000 ms
[    3.400000] WARNING: Unprivileged eBPF is enabled with eIBRS on, data leaks possible via Spectre v2 BHB attacks!
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

const panic = (reason: string) => `[   13.000000] Kernel panic - not syncing: ${reason}
[   13.000100] Kernel Offset: disabled
[   13.000200] ---[ end Kernel panic - not syncing: ${reason} ]---
`;

const DEVICE = "unregister_netdevice: waiting for DEV to become free";
const WAITING = (usage: number) =>
  `[ 1.0] unregister_netdevice: waiting for low-a to become free. Usage count = ${usage}\n`;
const LOCKUP = (seconds: number) => `[ 1.0] watchdog: BUG: soft lockup - CPU#0 stuck for ${seconds}s! [ip:13]\n`;

const LINES: readonly [string, string, string, string][] = [
  [
    "[ 1.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
    "boot-failed",
    "kernel panic: VFS: Unable to mount root fs on unknown-block(NUM,NUM)",
    "boot-failed",
  ],
  ["[ 1.0] Kernel panic - not syncing: sysrq triggered crash", "panic", "kernel panic: sysrq triggered crash", "panic"],
  [
    "[ 1.0] BUG: unable to handle page fault for address: ffffffffc0000000",
    "oops",
    "BUG: unable to handle kernel paging request",
    "oops",
  ],
  [
    "[ 1.0] general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1]",
    "oops",
    "general protection fault",
    "oops",
  ],
  ["[ 1.0] kernel BUG at net/core/dev.c:10986!", "oops", "kernel BUG", "oops"],
  [LOCKUP(26).trimEnd(), "soft-lockup", "BUG: soft lockup", "hang"],
  ["[ 1.0] rcu: INFO: rcu_sched self-detected stall on CPU", "rcu-stall", "INFO: rcu detected stall", "hang"],
  ["[ 1.0] INFO: task ip:231 blocked for more than 120 seconds.", "hung-task", "INFO: task hung", "hang"],
  [WAITING(2).trimEnd(), "device-reference", DEVICE, "leak"],
  [
    "[ 1.0] BUG: KASAN: slab-use-after-free in macvlan_handle_frame+0x33/0x900 [macvlan]",
    "kasan",
    "KASAN: slab-use-after-free in macvlan_handle_frame",
    "oops",
  ],
  [
    "[ 1.0] BUG: sleeping function called from invalid context at kernel/workqueue.c:3010",
    "bug",
    "BUG: sleeping function called from invalid context",
    "oops",
  ],
  [
    "[ 1.0] WARNING: CPU: 0 PID: 9 at net/core/dev.c:3305 skb_warn_bad_offload+0xbf/0xd0",
    "warning",
    "WARNING in skb_warn_bad_offload",
    "warned",
  ],
  [
    "[ 1.0] WARNING: net/core/dev.c:3305 at skb_warn_bad_offload+0xbf/0xd0, CPU#0: ip/9",
    "warning",
    "WARNING in skb_warn_bad_offload",
    "warned",
  ],
  ["[ 1.0] WARNING: possible recursive locking detected", "lockdep", "possible deadlock", "warned"],
];

describe("findingsIn", () => {
  test("a console that has nothing to complain of has none", () => {
    expect(findingsIn(BOOT)).toEqual([]);
    expect(findingsIn("")).toEqual([]);
    expect(healthOf([])).toEqual({ status: "ok", findings: [] });
  });

  test.each(LINES)("%s", (line, kind, title, status) => {
    for (const one of [line, line.replace("[ 1.0]", "[    1.012345][  T123]"), line.replace("[ 1.0] ", "")]) {
      const findings = findingsIn(`${BOOT}${one}\r\n`);
      expect(findings).toMatchObject([{ kind, title, log: one }]);
      expect(healthOf(findings).status).toBe(status);
    }
  });

  test("keeps the report from its first line to its end", () => {
    const [finding] = findingsIn(BOOT + WARNING + BOOT);
    expect(finding?.title).toBe("WARNING in pci_msi_setup_msi_irqs");
    expect(finding?.log).toBe(WARNING.trimEnd());
    const endless = findingsIn(`${WARNING.replace(/.*end trace.*\n/, "")}${" more\n".repeat(5000)}`);
    expect(endless[0]?.log.split("\n").length).toBeLessThan(160);
  });

  test("tells one thing once, however often it is said, and counts it", () => {
    const [finding, ...more] = findingsIn(Array.from({ length: 20 }, (_, at) => WAITING(at)).join(""));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ title: DEVICE, count: 20 });
    expect(findingsIn(WARNING)[0]?.count).toBeUndefined();
  });

  test("tells what came first first", () => {
    expect(findingsIn(WARNING + OOPS + WAITING(1)).map(({ kind }) => kind)).toEqual([
      "warning",
      "oops",
      "device-reference",
    ]);
  });
});

describe("a panic", () => {
  const dies = "Fatal exception in interrupt";

  test("that follows from a report belongs to it", () => {
    const [finding, ...more] = findingsIn(OOPS + panic(dies));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      kind: "oops",
      title: "BUG: unable to handle kernel NULL pointer dereference in macvlan_common_newlink",
      log: (OOPS + panic(dies)).trimEnd(),
    });
  });

  test("stays in the log of a report of any length", () => {
    const long = `${OOPS}[   12.4] Call Trace:\n${"[   12.4]  more\n".repeat(300)}`;
    expect(findingsIn(long + panic(dies))[0]?.log).toContain(dies);
  });

  test("of nothing before it is a finding of its own", () => {
    const findings = findingsIn(WARNING + panic("sysrq triggered crash"));
    expect(findings.map(({ kind }) => kind)).toEqual(["warning", "panic"]);
  });
});

describe("healthOf", () => {
  test.each([
    [WARNING, "warned"],
    [WARNING + OOPS, "oops"],
    [WARNING + OOPS + panic("Fatal exception in interrupt"), "panic"],
    [WARNING + OOPS + panic("Attempted to kill init! exitcode=0x00000009"), "panic"],
    [WARNING + OOPS + panic("Fatal exception"), "oops"],
    [WARNING + WAITING(2), "leak"],
    [WAITING(2) + LOCKUP(26), "hang"],
  ])("is the gravest of its findings, and of what they led to: %#", (console, status) => {
    const health = healthOf(findingsIn(console));
    expect(health.status).toBe(status);
  });
});

describe("consoleReader", () => {
  test("tells the same, once, however the console is cut up", () => {
    const whole = BOOT + WARNING + OOPS + panic("Fatal exception in interrupt") + WARNING + WAITING(3);
    for (const size of [1, 7, 100, 100_000]) {
      const reader = consoleReader();
      const told = [];
      for (let at = 0; at < whole.length; at += size) told.push(...reader.read(whole.slice(at, at + size)));
      told.push(...reader.quiet());
      expect(told.map(({ title }) => title)).toEqual(findingsIn(whole).map(({ title }) => title));
      expect(reader.findings()).toEqual(findingsIn(whole));
    }
  });

  test("tells a report at its end, and what has no end when it is quiet", () => {
    const reader = consoleReader();
    expect(reader.read(BOOT + WARNING)).toHaveLength(1);
    expect(reader.read(WARNING)).toEqual([]);
    expect(reader.read(LOCKUP(26))).toEqual([]);
    expect(reader.findings()).toHaveLength(2);
    expect(reader.told()).toHaveLength(1);
    expect(reader.quiet()).toMatchObject([{ kind: "soft-lockup" }]);
    expect(reader.quiet()).toEqual([]);
    expect(reader.read(LOCKUP(52)).concat(reader.quiet())).toEqual([]);
    expect(reader.findings()).toMatchObject([{ count: 2 }, { count: 2 }]);
  });
});
