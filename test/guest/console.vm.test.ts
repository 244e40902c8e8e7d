/** What lab guests are told to watch for is watched, and one that says nothing can be asked where it hangs. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findingsIn, healthOf } from "../../lab/guest/console.ts";
import { bootTestGuest, type TestGuest } from "./test-guest.ts";

describe("a guest", () => {
  let own: TestGuest;
  beforeAll(async () => {
    own = await bootTestGuest();
  });
  afterAll(() => own[Symbol.asyncDispose]());

  test("has its watchdogs set, and nothing to complain of", async () => {
    const files = "kernel/watchdog_thresh kernel/hung_task_timeout_secs kernel/hung_task_check_interval_secs";
    const { stdout } = await own.guest.executor.run(
      `cd /proc/sys; cat ${files}; cat /sys/module/rcupdate/parameters/rcu_cpu_stall_timeout`,
    );
    expect(stdout.toString().trim().split("\n")).toEqual(["4", "10", "2", "8"]);
    expect(findingsIn(own.console())).toEqual([]);
  });

  test("that is asked by an NMI says what it is at, and ends", async () => {
    await own.guest.qmp.execute("inject-nmi");
    await expect.poll(own.qemu, { timeout: 20_000 }).toEqual([]);
    const findings = findingsIn(own.console());
    // Interrupts may just have been off there: then it looks like a hard lockup, and would be one if it lasted.
    const title = expect.stringMatching(/^(hang|BUG: hard lockup) in \w+$/);
    expect(findings).toMatchObject([{ kind: expect.stringMatching(/^(hang|hard-lockup)$/), title }]);
    expect(findings[0]?.log).toContain("Call Trace");
    expect(healthOf(findings).status).toBe("hang");
  });
});
