import { expect, test, vi } from "vitest";
import type { Guest, GuestOptions } from "../../lab/guest/guest.ts";
import { bootInStep } from "../../lab/guest/in-step.ts";

const { bootGuest } = vi.hoisted(() => ({ bootGuest: vi.fn<() => Promise<Guest>>() }));
vi.mock("../../lab/guest/guest.ts", () => ({ bootGuest }));

/** Guests whose kernels believe to have been up that long, of the 2 s they were; which of them were ended. */
async function bootWith(...claims: readonly number[]) {
  const ended: number[] = [];
  const notes: string[] = [];
  bootGuest.mockReset();
  for (const firstCommand of claims) {
    const guest = {
      greeting: { firstCommand },
      bootSeconds: 2,
      [Symbol.asyncDispose]: async () => void ended.push(firstCommand),
    };
    bootGuest.mockResolvedValueOnce(guest as unknown as Guest);
  }
  const guest = await bootInStep({} as GuestOptions, (note) => notes.push(note));
  return { claimed: guest.greeting.firstCommand, ended, notes };
}

test("a clock that is in step is taken, on a busy machine too", async () => {
  expect(await bootWith(1.9)).toEqual({ claimed: 1.9, ended: [], notes: [] });
  expect(await bootWith(0.4)).toEqual({ claimed: 0.4, ended: [], notes: [] });
});

test("one that runs too fast is ended, said so, and booted again; not for ever", async () => {
  expect(await bootWith(10, 1.9)).toEqual({
    claimed: 1.9,
    ended: [10],
    notes: [expect.stringContaining("5.0 times too fast")],
  });
  expect(await bootWith(10, 11, 12)).toMatchObject({ claimed: 12, ended: [10, 11] });
});
