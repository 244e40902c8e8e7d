/** The agent's progress as the lab hears it: every frame of a plan, also where the kernel dies of one. */
import { expect, test } from "vitest";
import { bootTestGuest } from "./test-guest.ts";

const PLAN = ["ring 1024 256 88b5", "if 0 lo packet", "send 0 ffffffffffff02000000000188b500", "wait 1 100"];

test("counts the frames of the last plan, and outlives the kernel", async () => {
  await using place = await bootTestGuest();
  const { executor, progress } = place.guest;
  const play = (frames: number) => {
    const lines = [...PLAN.slice(0, 2), ...Array(frames).fill(PLAN[2]), PLAN[3]];
    return executor.run(`ip link set lo up; exec ${executor.agent} play`, {
      stdin: Buffer.from(`${lines.join("\n")}\n`),
    });
  };
  expect(progress()).toEqual({ plans: 0, frames: 0 });
  await play(3);
  expect(progress()).toEqual({ plans: 1, frames: 3 });
  await play(5);
  expect(progress()).toEqual({ plans: 2, frames: 5 });
  await executor.run("echo c > /proc/sysrq-trigger").catch(() => {});
  expect(progress()).toEqual({ plans: 2, frames: 5 });
});
