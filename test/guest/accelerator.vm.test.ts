/** Which accelerator works here, found out by booting; remembered; and /dev/kvm that lies. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseAccelerator, kvmOpens, probeKvm, rememberedAccelerator } from "../../lab/guest/accelerator.ts";
import { bootGuest } from "../../lab/guest/guest.ts";
import type { GuestImage } from "../../lab/image/index.ts";
import { type ScratchCache, scratchCache } from "../image/scratch-cache.ts";
import { guestSetting, type Setting } from "./test-guest.ts";

const noKvm = kvmOpens() ? "" : " [not run: /dev/kvm is not to be opened here; a machine that has it runs it]";

let setting: Setting;
let image: GuestImage;
let cache: ScratchCache;
beforeAll(async () => {
  setting = await guestSetting();
  image = setting.options.image;
  cache = await scratchCache();
});
afterAll(async () => {
  await cache[Symbol.asyncDispose]();
  await setting[Symbol.asyncDispose]();
});

async function choose() {
  const notes: string[] = [];
  return { accelerator: await chooseAccelerator(image, (text) => notes.push(text)), notes };
}

test("the accelerator chosen boots a guest", async () => {
  const { accelerator } = await choose();
  await using guest = await bootGuest({ ...setting.options, accelerator });
  expect((await guest.executor.run("echo up")).stdout.toString()).toBe("up\n");
});

describe.skipIf(noKvm)(`where /dev/kvm can be opened${noKvm}`, () => {
  test("a probe is booted once: what it showed is said, and remembered without being said again", async () => {
    await writeFile(await answerFile(), "not JSON");
    expect(rememberedAccelerator()).toBeUndefined();
    const first = await choose();
    const said = {
      kvm: /^KVM works here: a probe guest booted$/,
      tcg: /^KVM does not work here, so guests are emulated: ./,
    };
    expect(first.notes).toEqual([expect.stringMatching(said[first.accelerator])]);
    expect(await choose()).toEqual({ accelerator: first.accelerator, notes: [] });
    const { accelerator, probedAt } = JSON.parse(await readFile(await answerFile(), "utf8"));
    expect(accelerator).toBe(first.accelerator);
    expect(Date.now() - Date.parse(probedAt)).toBeLessThan(600_000);
  });

  test("a probe that fails ends under its deadline, leaves no guest, and says why", async ({ skip }) => {
    const { accelerator, why } = await probeKvm(image);
    if (accelerator === "kvm") return skip("KVM works here; a machine whose /dev/kvm lies (a nested one) runs it");
    expect(why).toMatch(/was not up after 5 s|ended before|refused to start|was ended by SIG/);
  });
});

/** The one answer in the cache, which the test before has put there. */
async function answerFile(): Promise<string> {
  const directory = join(cache.path, "accelerators");
  return join(directory, (await readdir(directory))[0] ?? "");
}
