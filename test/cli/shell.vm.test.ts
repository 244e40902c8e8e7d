/** `macvlab shell` on a real terminal, which script(1) gives it: what is typed, shown, resized, and what is left. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { defaultKernelSpec } from "../../lab/kernels/index.ts";
import { openYard, type Running, type Yard } from "./macvlab.ts";

const CTRL_C = "\x03";
const CTRL_D = "\x04";
const CTRL_Z = "\x1a";
const LEFT = "\x1b[D";
const UP = "\x1b[A";
const PROMPT = /\[\S+ \S+\]# $/;

let yard: Yard;
let kernel: string;
beforeAll(async () => {
  [yard, kernel] = await Promise.all([openYard(), defaultKernelSpec()]);
});
afterAll(() => yard[Symbol.asyncDispose]());

interface Terminal {
  readonly running: Running;
  /** Types, and resolves to what is shown from then on until it matches. */
  readonly type: (keys: string, until: RegExp) => Promise<string>;
  /** Path of the terminal. */
  readonly device: () => string;
}

/** script(1) hands on what it reads to a terminal of its own, and what that shows to its output. */
async function openTerminal(...options: string[]): Promise<Terminal> {
  const inside = `stty rows 31 cols 97; exec "$0" "$@"`;
  const quoted = 'script --quiet --return --command "$(printf "\'%s\' " sh -c "$INSIDE" "$@")" /dev/null';
  const args = ["shell", "--kernel", kernel, ...options];
  const running = yard.start(args, {
    through: ["sh", "-c", quoted, "sh"],
    env: { INSIDE: inside, TERM: "xterm" },
    input: true,
  });
  let shown = "";
  running.process.stdout?.on("data", (chunk: Buffer) => {
    shown += chunk;
  });
  const type = async (keys: string, until: RegExp) => {
    shown = "";
    running.process.stdin?.write(keys);
    await expect.poll(() => shown, { timeout: 120_000, interval: 20 }).toMatch(until);
    return shown;
  };
  return { running, type, device: () => terminalOf(yard.directory) };
}

/** Of the macvlab that was started in this directory. */
function terminalOf(directory: string): string {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!/^\S*node\0.*main\.js\0shell\0/.test(command) || readlinkSync(`/proc/${pid}/cwd`) !== directory) continue;
      return readlinkSync(`/proc/${pid}/fd/0`);
    } catch {} // it ended meanwhile
  }
  throw new Error("no macvlab shell is running here");
}

let terminal: Terminal;
beforeEach(async () => {
  terminal = await openTerminal("--topology", "pairings");
  await terminal.type("", PROMPT);
});

test("lines are edited, remembered and completed, Ctrl-C and Ctrl-Z are the command's, the window is the guest's", async () => {
  const { type, device, running } = terminal;
  expect(await type(`echo hllo${LEFT}${LEFT}${LEFT}e\r`, PROMPT)).toMatch(/^hello\r?$/m);
  expect(await type(`${UP}\r`, PROMPT)).toMatch(/^hello\r?$/m);
  expect(await type("ls /sys/cl\t\r", PROMPT)).toMatch(/\bnet\b/);
  expect(await type("stty size\r", PROMPT)).toMatch(/^31 97\r?$/m);
  execFileSync("stty", ["-F", device(), "rows", "50", "cols", "120"]);
  await expect.poll(() => type("stty size\r", PROMPT), { timeout: 20_000 }).toMatch(/^50 120\r?$/m);
  await type("echo begun; sleep 1000\r", /^begun/m);
  expect(await type(`${CTRL_C}`, PROMPT)).toContain("^C");
  await type("echo begun; sleep 1000\r", /^begun/m);
  expect(await type(`${CTRL_Z}`, PROMPT)).toContain("Stopped");
  expect(await type("ip -br link show type macvtap | wc -l\r", PROMPT)).toMatch(/^17\r?$/m);
  expect(await type("ip link | less\r", /mtu[\s\S]*:\S*$/)).toContain("\x1b[?1049h"); // the other screen
  await type("q", PROMPT);
  await type("exit\r", /stopped jobs[\s\S]*\]# $/);
  running.process.stdin?.write(CTRL_D);
  expect((await running.ended).code).toBe(0);
  expect(await yard.leftBehind()).toEqual([]);
});

test("a kernel that dies meanwhile is told with its finding, and the terminal is as it was", async () => {
  const { running, type } = terminal;
  await type("echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger\r", /macvlab: /);
  const { code, stdout } = await running.ended;
  expect([code, stdout]).toEqual([4, expect.stringMatching(/macvlab: .*(sysrq|NULL pointer|panic)/i)]);
  expect(await yard.leftBehind()).toEqual([]);
});
