/** `macvlab exec` in real guests: what goes in, what comes out, what it ends with, and what is left. */
import { createHash } from "node:crypto";
import { appendFile, chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unpack } from "../../lab/image/unpack.ts";
import { defaultKernelSpec, resolveKernel } from "../../lab/kernels/index.ts";
import { readModuleIndex } from "../../lab/kernels/module-index.ts";
import { kernelWithout } from "./kernel-files.ts";
import { openYard, type Yard } from "./macvlab.ts";
import { expectNoStack } from "./refused.ts";
import { ENDINGS, expectEnd } from "./signals.ts";

const [KERNEL, TIMED_OUT, CANNOT_TEST] = [4, 124, 125];

let yard: Yard;
let kernel: string;
let release: string;
/** A directory of the machine, with a name that wants quoting. */
let mounted: string;
beforeAll(async () => {
  [yard, kernel] = await Promise.all([openYard(), defaultKernelSpec()]);
  release = (await resolveKernel(kernel)).release;
  mounted = join(yard.directory, "two words");
  await mkdir(join(mounted, "inside"), { recursive: true });
  await writeFile(join(mounted, "run"), '#!/bin/sh\necho "$PWD: $2"; echo new > inside/new && ls inside\n');
  await chmod(join(mounted, "run"), 0o755);
  await symlink("run", join(mounted, "link"));
});
afterAll(() => yard[Symbol.asyncDispose]());

const exec = (...args: string[]) => yard.run(["exec", "--kernel", kernel, ...args]);
const shell = (script: string, ...options: string[]) => exec(...options, "--", "sh", "-c", script);

test("the two outputs come apart, with the command's own exit code, and nothing is left", async () => {
  const ended = await shell("uname -r; echo complaint >&2; exit 7");
  expect(ended).toMatchObject({ code: 7, stdout: `${release}\n`, stderr: "complaint\n" });
  expect(await yard.leftBehind()).toEqual([]);
});

test("standard input goes in, more than any buffer holds, and comes out", async () => {
  const through = ["sh", "-c", 'head -c 3000000 /dev/zero | tr "\\0" x | "$@"', "sh"];
  const args = ["exec", "--kernel", kernel, "--", "sh", "-c", "sleep 1; cat"];
  const { code, stdout } = await yard.run(args, { through });
  expect([code, stdout.length, new Set(stdout).size]).toEqual([0, 3_000_000, 1]);
});

test("a command that reads nothing ends although its input does not", async () => {
  const script = 'mkfifo never; exec 3<>never; "$@" <never';
  const args = ["exec", "--kernel", kernel, "--", "echo", "done"];
  expect(await yard.run(args, { through: ["sh", "-c", script, "sh"] })).toMatchObject({ code: 0, stdout: "done\n" });
});

test("a directory is there at its path, as it is; what the guest writes does not come back", async () => {
  const { code, stdout } = await exec("--mount", mounted, "--", "./link", "first", "it's second");
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${mounted}: it's second\nnew\n` });
  expect(await readdir(join(mounted, "inside"))).toEqual([]);
});

test("the devices of a scenario are up, and any module of the kernel can be loaded", async () => {
  const script =
    "ip -br link show type macvtap | wc -l; modprobe -v vrf >&2; ip link add v type vrf table 9 && echo vrf";
  const { code, stdout, stderr } = await shell(script, "--topology", "pairings");
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: "17\nvrf\n" });
});

test("the devices of conversations are in a namespace each, with addresses", async () => {
  const script = "ip netns list | grep -c ^mv-; ip -n mv-ext -4 -o address show dev ext | grep -c 198.18";
  const { code, stdout, stderr } = await shell(script, "--topology", "conversations");
  expect(code, stderr).toBe(0);
  const [residents, addresses] = stdout.split("\n").map(Number);
  expect(residents).toBeGreaterThan(35);
  expect(addresses).toBeGreaterThan(35);
});

test("a module of one's own is the one modprobe finds, where the kernel's own was", async () => {
  const own = (await readModuleIndex(await resolveKernel(kernel))).modules.get("macvlan")?.path ?? "";
  const mine = join(yard.directory, "macvlan.ko");
  await unpack(own, mine);
  await appendFile(mine, "mine\n"); // which the kernel does not mind
  const script = "modprobe -r macvtap && modprobe macvtap && lsmod | grep -c ^macv; sha256sum < $(modinfo -n macvlan)";
  const { code, stdout, stderr } = await shell(script, "--module", mine);
  const sum = createHash("sha256")
    .update(await readFile(mine))
    .digest("hex");
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: `2\n${sum}  -\n` });
});

test("a kernel that reads no disks has the directory and a shell for people in its memory", async () => {
  const spec = await kernelWithout(await resolveKernel(kernel), /\/virtio_blk\.ko/, join(yard.directory, "modules"));
  const script = "./link 1 2; TERM=xterm bash -i -c 'type -t fg; tput cols'";
  const { code, stdout, stderr } = await yard.run([
    ...["exec", "--kernel", spec, "--mount", mounted],
    ...["--", "sh", "-c", script],
  ]);
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: `${mounted}: 2\nnew\nbuiltin\n80\n` });
  expect(stderr).toContain("is not known to read disks");
});

describe("ends", () => {
  test("with 128 and the signal's number where one ended the command", async () => {
    expect((await shell("kill -SEGV $$")).code).toBe(128 + 11);
  });

  test("with 124 when the time is over", async () => {
    const { code, stderr } = await shell("sleep 1000", "--timeout", "1");
    expect(code).toBe(TIMED_OUT);
    expect(stderr).toContain("the command was not done after 1 s");
  });

  test("with 4 and the finding's title when the kernel dies of the command", async () => {
    const { code, stderr } = await shell("echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger; sleep 1000");
    expect(code, stderr).toBe(KERNEL);
    expect(stderr).toMatch(/macvlab: .*(sysrq|NULL pointer|panic)/i);
    expectNoStack(stderr);
  });

  test("with 125 for a kernel there is none of: a bisection is to skip it", async () => {
    const { code } = await yard.run(["exec", "--kernel", `${kernel}=99.9`, "--", "true"]);
    expect(code).toBe(CANNOT_TEST);
  });
});

describe("Ctrl-C", () => {
  const START = ["exec", "--kernel"];

  test("is the command's: it ends as it likes", async () => {
    const script = "trap 'echo tidied; exit 3' INT; echo ready >&2; while :; do sleep 0.1; done";
    const running = yard.start([...START, kernel, "--", "sh", "-c", script]);
    await running.says(/ready/);
    process.kill(-(running.process.pid as number), "SIGINT");
    expect(await running.ended).toMatchObject({ code: 3, stdout: "tidied\n" });
  });

  test("a second time ends what does not listen", async () => {
    const script = "trap 'echo heard >&2' INT; echo ready >&2; while :; do sleep 0.1; done";
    const running = yard.start([...START, kernel, "--", "sh", "-c", script]);
    await running.says(/ready/);
    process.kill(-(running.process.pid as number), "SIGINT");
    await running.says(/heard/);
    process.kill(-(running.process.pid as number), "SIGINT");
    expect(await running.ended).toMatchObject({ code: 130 });
    await expect.poll(() => yard.leftBehind()).toEqual([]);
  });
});

test.each(ENDINGS)("$how while a command runs leaves nothing behind", async (ending) => {
  const args = ["exec", "--kernel", kernel, "--mount", mounted, "--", "sh", "-c", "echo ready >&2; exec sleep 1000"];
  await expectEnd(yard, args, ending, { says: /ready/ });
});

test.each(ENDINGS)("$how at any moment leaves nothing behind", async (ending) => {
  await expectEnd(yard, ["exec", "--kernel", kernel, "--mount", mounted, "--", "sleep", "1000"], ending, {
    within: 2_000,
  });
});
