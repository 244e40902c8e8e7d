/** The command channel into a real guest: streams, statuses, files, many jobs, deadlines. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DeadlineError } from "../../lab/base/deadline.ts";
import { EnvironmentError } from "../../lab/base/errors.ts";
import type { Executor } from "../../lab/base/executor.ts";
import { bootTestGuest, type TestGuest } from "./test-guest.ts";

/** More than any buffer between here and there. */
const LARGE = 4 << 20;
/** The agent keeps that many jobs. */
const JOBS = 64;

let own: TestGuest;
let executor: Executor;
beforeAll(async () => {
  own = await bootTestGuest();
  executor = own.guest.executor;
});
afterAll(() => own[Symbol.asyncDispose]());

async function read(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of executor.get(path)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test("the guest greets with its kernel, its times and no module that failed", async () => {
  const { greeting, bootSeconds } = own.guest;
  expect(greeting.release).toBe(own.release);
  expect(greeting.failedModules).toEqual([]);
  expect(greeting.modulesLoaded).toBeGreaterThanOrEqual(greeting.firstCommand);
  expect(bootSeconds).toBeGreaterThan(0);
  expect((await executor.run("uname -r")).stdout.toString()).toBe(`${own.release}\n`);
});

describe("a script", () => {
  test("gets its input and gives its output, every byte of megabytes both ways at once", async () => {
    const content = randomBytes(LARGE);
    const { status, stdout, stderr } = await executor.run("cat", { stdin: content });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.equals(content)).toBe(true);
  });

  test("has empty input where none is given", async () => {
    expect(await executor.run("cat")).toMatchObject({ status: 0, stdout: Buffer.alloc(0) });
  });

  test("may leave its input unread", async () => {
    expect(await executor.run("exit 3", { stdin: randomBytes(LARGE) })).toMatchObject({ status: 3 });
  });

  test("keeps its two outputs apart", async () => {
    const { stdout, stderr } = await executor.run("echo out; echo err >&2; echo out again");
    expect([stdout.toString(), stderr]).toEqual(["out\nout again\n", "err\n"]);
  });

  test("is heard while it still runs", async () => {
    let heard = () => {};
    const first = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const ended = executor.run("echo first; while [ ! -e /run/go ]; do sleep 0.05; done; echo last; rm /run/go", {
      onOutput: (stream, chunk) => `${stream} ${chunk}`.startsWith("stdout first") && heard(),
    });
    await first;
    await executor.put("/run/go", Buffer.alloc(0));
    expect((await ended).stdout.toString()).toBe("first\nlast\n");
  });

  test.each([
    ["exit 0", 0],
    ["exit 7", 7],
    ["no-such-program", 127],
    ["kill -TERM $$", 128 + 15],
    ["kill -KILL $$", 128 + 9],
    ["kill -SEGV $$", 128 + 11],
  ])("%s ends with status %i", async (script, status) => {
    expect((await executor.run(script)).status).toBe(status);
  });

  test("does not wait for what it left in the background", async () => {
    const { stdout } = await executor.run("sleep 1000 & echo started $!");
    const pid = /^started (\d+)\n$/.exec(stdout.toString())?.[1];
    expect(await executor.run(`kill ${pid}`)).toMatchObject({ status: 0 });
  });

  test("that is not done by its deadline fails with its first line, and is killed with all it started", async () => {
    const script = "sleep 4711 & echo half done >&2; sleep 4711";
    const failure = await executor.run(script, { deadline: 1_500 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeadlineError);
    expect(failure).toMatchObject({ message: expect.stringContaining("sleep 4711 & echo"), detail: "half done\n" });
    // A guest that was slow to start is given longer.
    expect((failure as Error).message).toContain(`not done after ${Math.round(1_500 * (executor.slowness ?? 1))} ms`);
    const left = await executor.run("ps -eo args | grep '^sleep 471[1]'");
    expect(left).toMatchObject({ status: 1, stdout: Buffer.alloc(0) });
  });
});

describe("many at once", () => {
  test("do not get in each other's way", async () => {
    const inputs = Array.from({ length: 40 }, (_, index) =>
      Buffer.concat([Buffer.from(`${index} `), randomBytes(20_000)]),
    );
    const ends = await Promise.all(inputs.map((stdin, index) => executor.run(`cat; exit ${index}`, { stdin })));
    ends.forEach(({ status, stdout }, index) => {
      expect(status).toBe(index);
      expect(stdout.equals(inputs[index] as Buffer)).toBe(true);
    });
  });

  test("more than there is room for are refused, the others are not harmed, and there is room again", async () => {
    const scripts = Array.from(
      { length: JOBS + 4 },
      (_, index) => `until [ -e /run/gate ]; do sleep 1; done; exit ${index}`,
    );
    let refusals = 0;
    const jobs = scripts.map((script) => executor.run(script, { deadline: 60_000 }));
    for (const job of jobs) job.catch(() => refusals++);
    await expect.poll(() => refusals, { timeout: 30_000 }).toBe(4);
    await executor.put("/run/gate", Buffer.alloc(0));
    const ends = await Promise.allSettled(jobs);
    const refused = ends.filter((end) => end.status === "rejected");
    for (const { reason } of refused) expect(reason).toBeInstanceOf(EnvironmentError);
    const served = ends.flatMap((end, index) => (end.status === "fulfilled" ? [[end.value.status, index]] : []));
    expect(served).toHaveLength(JOBS);
    for (const [status, expected] of served) expect(status).toBe(expected);
    expect(await executor.run("echo again")).toMatchObject({ status: 0 });
  });
});

describe("a file", () => {
  test("comes back as it went, whatever bytes are in it", async () => {
    const content = randomBytes(LARGE + 1);
    await executor.put("/run/there and back", content);
    expect((await executor.run("stat -c %s '/run/there and back'")).stdout.toString()).toBe(`${LARGE + 1}\n`);
    expect((await read("/run/there and back")).equals(content)).toBe(true);
  });

  test("may be empty", async () => {
    await executor.put("/run/empty", Buffer.alloc(0));
    expect(await read("/run/empty")).toEqual(Buffer.alloc(0));
  });

  test("of the kernel's, without a size, is read to its end", async () => {
    expect((await read("/proc/version")).toString()).toContain(own.release);
  });

  test("that is not there is an error naming it", async () => {
    const failure = await read("/run/nowhere").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect((failure as Error).message).toMatch(/"\/run\/nowhere" cannot be opened: No such file/);
  });

  test("for a directory that is not there is an error naming it", async () => {
    const failure = await executor.put("/nowhere/file", Buffer.from("x")).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect((failure as Error).message).toMatch(/"\/nowhere\/file" cannot be written: No such file/);
  });
});

describe("QMP", () => {
  test("answers", async () => {
    expect(await own.guest.qmp.execute("query-status")).toMatchObject({ running: true, status: "running" });
    expect(await own.guest.qmp.execute("query-name")).toEqual({ name: "macvlab" });
  });

  test("answers several questions in their order", async () => {
    const answers = await Promise.all(
      ["query-name", "query-version", "query-name"].map((ask) => own.guest.qmp.execute(ask)),
    );
    expect(answers).toEqual([
      { name: "macvlab" },
      expect.objectContaining({ qemu: expect.anything() }),
      { name: "macvlab" },
    ]);
  });

  test("refuses in QEMU's own words", async () => {
    const failure = await own.guest.qmp.execute("make-coffee").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect((failure as Error).message).toMatch(/^QMP "make-coffee" failed: .*make-coffee/);
  });

  test("a guest that was stopped falls silent, and speaks again when it goes on", async () => {
    await own.guest.qmp.execute("stop");
    await expect.poll(own.guest.silence, { timeout: 10_000 }).toBeGreaterThan(1_600); // it speaks once a second
    await own.guest.qmp.execute("cont");
    expect(await executor.run("echo here")).toMatchObject({ status: 0 });
    expect(own.guest.silence()).toBeLessThan(1_500);
  });
});
