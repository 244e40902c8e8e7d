/** Guests that end, hang or never come up: the kernel's fault, told with the tail of its console, which is kept whole. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EnvironmentError, KernelError } from "../../lab/base/errors.ts";
import { findingsIn, healthOf } from "../../lab/guest/console.ts";
import { bootGuest } from "../../lab/guest/guest.ts";
import { bootTestGuest, guestSetting, NAME, qemuOf, type Setting, type TestGuest } from "./test-guest.ts";

/** Milliseconds for QEMU to be gone. */
const END = { timeout: 5_000 };

describe("a guest that ends under a running command", () => {
  let own: TestGuest;
  beforeEach(async () => {
    own = await bootTestGuest();
  });
  afterEach(() => own[Symbol.asyncDispose]());

  /** Starts a command that would run on, and what its end is; resolves once it runs, or has ended before it was heard. */
  async function underWay(script: string) {
    let hear = () => {};
    const running = new Promise<void>((resolve) => {
      hear = resolve;
    });
    const end = own.guest.executor.run(`echo running; ${script}`, { onOutput: hear }).catch((error: unknown) => error);
    await Promise.race([running, end]);
    return () => end;
  }

  test("because QEMU was killed: the command fails as the kernel's, and so does the next one at once", async () => {
    const end = await underWay("echo on the console > /dev/console; echo said; sleep 1000");
    await expect.poll(own.console).toContain("on the console");
    const [pid] = own.qemu();
    process.kill(pid as number, "SIGKILL");
    const failure = await end();
    expect(failure).toBeInstanceOf(KernelError);
    expect(failure).toMatchObject({
      message: `guest "${NAME}" is gone`,
      detail: expect.stringContaining("on the console"),
    });
    await expect(own.guest.executor.run("echo still here")).rejects.toBeInstanceOf(KernelError);
    await expect(own.guest.executor.put("/run/x", Buffer.from("x"))).rejects.toBeInstanceOf(KernelError);
    await expect.poll(own.qemu, END).toEqual([]);
    await expect.poll(own.guest.killedBy, END).toBe("SIGKILL");
  });

  test("because its kernel panicked: the console has it whole, and the kernel's health is a panic", async () => {
    const lines = Array.from({ length: 300 }, (_, index) => `line ${index} of what came before`);
    await own.guest.executor.put("/run/lines", Buffer.from(`${lines.join("\n")}\n`));
    const end = await underWay("cat /run/lines > /dev/console; echo c > /proc/sysrq-trigger");
    const failure = await end();
    expect(failure).toBeInstanceOf(KernelError);
    await expect.poll(own.qemu, END).toEqual([]);
    expect(own.guest.killedBy()).toBeUndefined();
    const console = own.console();
    expect(console.trimEnd().endsWith((failure as KernelError).detail ?? "no detail")).toBe(true);
    for (const line of lines) expect(console).toContain(line);
    const health = healthOf(findingsIn(console));
    expect(health.status).toBe("panic");
    expect(health.findings[0]).toMatchObject({
      kind: "panic",
      title: "kernel panic: sysrq triggered crash",
      log: expect.stringContaining("Call Trace"),
    });
  });

  test("because it was told to restart: it does not come up again", async () => {
    const end = await underWay("echo b > /proc/sysrq-trigger");
    expect(await end()).toBeInstanceOf(KernelError);
    await expect.poll(own.qemu, END).toEqual([]);
  });
});

describe("a guest that does not come up", () => {
  let setting: Setting;
  beforeEach(async () => {
    setting = await guestSetting();
  });
  afterEach(() => setting[Symbol.asyncDispose]());

  test("by its deadline is the kernel's fault, names its console, and leaves no QEMU", async () => {
    const failure = await bootGuest({ ...setting.options, bootDeadline: 500 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KernelError);
    expect(failure).toMatchObject({
      message: `kernel "${NAME}" was not up after 0.5 s in qemu-system-x86_64`,
      mend: expect.stringContaining(setting.options.console),
    });
    expect(existsSync(setting.options.console)).toBe(true);
    expect(qemuOf(setting.options.console)).toEqual([]);
  });

  test("because QEMU refuses is the lab's fault, with QEMU's own words", async () => {
    const console = `${setting.options.console}/not a directory/log`;
    const failure = await bootGuest({ ...setting.options, console }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect(failure).toMatchObject({
      message: expect.stringContaining(`refused to start guest "${NAME}"`),
      detail: expect.stringMatching(/No such file or directory|Not a directory/),
    });
  });

  test("because its memory is too small for what it is given ends as somebody's fault, in words", async () => {
    const failure = await bootGuest({ ...setting.options, memory: 24, bootDeadline: 20_000 }).catch(
      (error: unknown) => error,
    );
    expect(failure).toSatisfy((error) => error instanceof KernelError || error instanceof EnvironmentError);
    expect(qemuOf(setting.options.console)).toEqual([]);
  });
});

test("a guest that is disposed of leaves no QEMU and its console", async () => {
  await using setting = await guestSetting();
  const guest = await bootGuest(setting.options);
  expect(qemuOf(setting.options.console)).toHaveLength(1);
  await guest[Symbol.asyncDispose]();
  expect(qemuOf(setting.options.console)).toEqual([]);
  expect(findingsIn(await readFile(setting.options.console, "utf8"))).toEqual([]);
});
