import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { resolveRunningKernel } from "../../lab/kernels/running-kernel.ts";
import { type ScratchCache, scratchCache } from "../image/scratch-cache.ts";
import { bzImageHead } from "./bzimage.ts";

const RELEASE = "6.1.0-56-amd64";
const IMAGE = Buffer.concat([bzImageHead(`${RELEASE} (b@d) #1 SMP Debian 6.1.192-2 (2026-10-31)`), Buffer.alloc(4096)]);

let cache: ScratchCache;
let root: string;
beforeEach(async () => {
  cache = await scratchCache();
  root = await mkdtemp(join(tmpdir(), "macvlab-root-"));
});
afterEach(async () => {
  await cache[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

async function put(path: string, content: Buffer | string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}
const resolve = (release = RELEASE) => resolveRunningKernel("running", { root, release });

test.each([`boot/vmlinuz-${RELEASE}`, `usr/lib/modules/${RELEASE}/vmlinuz`])("is found as %s", async (path) => {
  await put(path, IMAGE);
  await put(`lib/modules/${RELEASE}/modules.dep`, "");
  expect(await resolve()).toEqual({
    spec: "running",
    release: RELEASE,
    version: [6, 1, 192],
    vmlinuz: join(root, path),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    modulesDirectory: join(root, "lib/modules", RELEASE),
    packages: [],
  });
});

describe("what is missing is said, and where it was looked for", () => {
  const refusal = async (release?: string) => {
    const failure = await resolve(release).catch((error) => error);
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect(failure.mend).toMatch(/debian:SUITE/);
    return failure.message.replaceAll(root, "");
  };

  test("the kernel", async () => {
    expect(await refusal("6.9")).toBe(
      'the running kernel 6.9 is not installed here: there is no "/boot/vmlinuz-6.9" and no ' +
        '"/usr/lib/modules/6.9/vmlinuz" and no "/lib/modules/6.9/vmlinuz"',
    );
  });

  test("its modules", async () => {
    await put(`boot/vmlinuz-${RELEASE}`, IMAGE);
    expect(await refusal()).toContain(
      `the modules of the running kernel ${RELEASE} are not installed here: there is no`,
    );
  });

  test("the file is another kernel's", async () => {
    await put("boot/vmlinuz-6.9", IMAGE);
    await put("lib/modules/6.9/modules.dep", "");
    expect(await refusal("6.9")).toBe(`"/boot/vmlinuz-6.9" calls itself "${RELEASE}", and "6.9" is running`);
  });
});
