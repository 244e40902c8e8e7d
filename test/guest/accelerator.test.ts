/** What is remembered of a probe; the guest itself is a double. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EnvironmentError, KernelError } from "../../lab/base/errors.ts";
import { probeKvm, rememberedAccelerator } from "../../lab/guest/accelerator.ts";
import { bootGuest, QemuCrash } from "../../lab/guest/guest.ts";
import type { GuestImage } from "../../lab/image/index.ts";

vi.mock("../../lab/guest/guest.ts", async (original) => ({ ...(await original<object>()), bootGuest: vi.fn() }));

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "macvlab-test-"));
  vi.stubEnv("MACVLAB_CACHE", cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

async function probe(failure: Error) {
  vi.mocked(bootGuest).mockRejectedValueOnce(failure);
  return await probeKvm({} as GuestImage);
}

test("a guest that does not come up is remembered, and nothing else is kept", async () => {
  const answer = await probe(new KernelError("the guest did not come up"));
  expect(answer).toMatchObject({ accelerator: "tcg", why: "the guest did not come up" });
  expect(rememberedAccelerator()).toEqual(answer);
  expect(readdirSync(join(cache, "accelerators"))).toEqual([expect.stringMatching(/json$/)]);
});

test("what kept the guest from being tried is told, and not remembered", async () => {
  const answer = await probe(new EnvironmentError("no space", { detail: "left on\ndevice" }));
  expect(answer).toMatchObject({ accelerator: "tcg", why: "no space (left on device)" });
  expect(rememberedAccelerator()).toBeUndefined();
});

test("a QEMU that aborts under KVM is an answer too", async () => {
  const answer = await probe(new QemuCrash("it was ended by SIGABRT"));
  expect(answer.accelerator).toBe("tcg");
  expect(rememberedAccelerator()).toEqual(answer);
});
