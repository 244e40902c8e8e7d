import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { DeadlineError } from "../../lab/base/deadline.ts";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { encode, exitStatus, GREETING, openAgent } from "./agent-double.ts";

const LOST = "the test's own explanation";

async function collect(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("greeting", () => {
  test("is the place's release, boot times and the modules that failed", async () => {
    const { channel, say } = openAgent();
    say(encode(0, "H", `${GREETING}module-failed /m/a.ko: No such device\nmodule-failed /m/b.ko: Exec format error\n`));
    await expect(channel.greeting).resolves.toEqual({
      release: "6.1.0-test",
      firstCommand: 1.25,
      modulesLoaded: 1.75,
      failedModules: ["/m/a.ko: No such device", "/m/b.ko: Exec format error"],
    });
  });

  test("fails with the owner's explanation when the place ends before it", async () => {
    const { channel, end } = openAgent();
    end();
    await expect(channel.greeting).rejects.toThrow(LOST);
  });
});

describe("slowness", () => {
  test.each([
    ["an everyday guest's", 1_500, 1],
    ["a busy machine's or a self-checking kernel's", 7_000, 3.5],
  ])("is that of the start: %s", async (_whose, milliseconds, slowness) => {
    const clock = vi.spyOn(performance, "now").mockReturnValue(0);
    const { channel, say } = openAgent();
    clock.mockReturnValue(milliseconds);
    say(encode(0, "H", GREETING));
    await channel.greeting;
    clock.mockRestore();
    expect(channel.slowness).toBe(slowness);
  });

  test("stretches deadlines", async () => {
    const clock = vi.spyOn(performance, "now").mockReturnValue(0);
    const { channel, say } = openAgent();
    clock.mockReturnValue(20_000);
    say(encode(0, "H", GREETING));
    await channel.greeting;
    clock.mockRestore();
    await expect(channel.run("true", { deadline: 3 })).rejects.toThrow("30 ms");
  });
});

describe("run", () => {
  test("sends script, input and its end, and resolves to output and status", async () => {
    const { channel, heard, hear, say } = openAgent();
    const running = channel.run("cat; exit 3", { stdin: Buffer.from("input") });
    const { job } = await hear("e");
    expect(heard.map(({ type, payload }) => [type, payload.toString()])).toEqual([
      ["x", "cat; exit 3"],
      ["i", "input"],
      ["e", ""],
    ]);
    expect(new Set(heard.map((one) => one.job))).toEqual(new Set([job]));
    say(encode(job, "o", "out"), encode(job, "r", "wrong "), encode(job, "o", "put"), encode(job, "r", "here"));
    say(encode(job, "X", exitStatus(3)));
    await expect(running).resolves.toEqual({ status: 3, stdout: Buffer.from("output"), stderr: "wrong here" });
  });

  test("sends no input message where there is no input", async () => {
    const { channel, heard, hear, say } = openAgent();
    const running = channel.run("true");
    const { job } = await hear("e");
    expect(heard.map(({ type }) => type)).toEqual(["x", "e"]);
    say(encode(job, "X", exitStatus(0)));
    await running;
  });

  test("hands on output as it comes, not at the end", async () => {
    const { channel, hear, say } = openAgent();
    const seen: string[] = [];
    const running = channel.run("x", { onOutput: (stream, chunk) => seen.push(`${stream} ${chunk}`) });
    const { job } = await hear("x");
    say(encode(job, "o", "a"), encode(job, "r", "b"));
    await turn();
    expect(seen).toEqual(["stdout a", "stderr b"]);
    say(encode(job, "X", exitStatus(0)));
    await running;
  });

  test("a signal's status is what the agent made of it", async () => {
    const { channel } = openAgent(({ job, type }) => (type === "e" ? [encode(job, "X", exitStatus(128 + 11))] : []));
    expect((await channel.run("kill -SEGV $$")).status).toBe(139);
  });

  test("a job the agent cannot start fails with the agent's words and the place", async () => {
    const { channel } = openAgent(({ job, type }) => (type === "x" ? [encode(job, "E", '"/run/job-1" full')] : []));
    const failure = channel.run("x");
    await expect(failure).rejects.toThrow('guest test: "/run/job-1" full');
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
  });

  test("a script that is not done by its deadline is killed, its first line named, what it said kept", async () => {
    const { channel, hear, say } = openAgent();
    const running = channel.run("sleep 9\nsecond line", { deadline: 30 });
    const failure = running.then(
      () => undefined,
      (error: unknown) => error,
    );
    const { job } = await hear("x");
    say(encode(job, "r", "so far"));
    const error = await failure;
    expect(error).toBeInstanceOf(DeadlineError);
    expect(error).toMatchObject({ message: expect.stringContaining("sleep 9"), detail: "so far" });
    expect((error as Error).message).toContain("30 ms");
    expect((error as Error).message).not.toContain("second line");
    const kill = await hear("k");
    expect([kill.job, ...kill.payload]).toEqual([job, 9]);
  });

  test("job numbers start again after the last that fits the wire, and pass over one in use", async () => {
    const { channel, heard, hear, say } = openAgent(({ job, type, payload }) =>
      type === "p" && !payload.includes("held") ? [encode(job, "w")] : [],
    );
    const held = channel.put("/held", Buffer.alloc(0));
    for (let nth = 0; nth < 0xffff; nth++) await channel.put("/x", Buffer.alloc(0));
    expect(heard.slice(-2).map(({ job }) => job)).toEqual([0xffff, 2]);
    say(encode((await hear("p")).job, "w"));
    await held;
  });

  test("a job that ended is not killed", async () => {
    const { channel, heard } = openAgent(({ job, type }) => (type === "e" ? [encode(job, "X", exitStatus(1))] : []));
    await channel.run("false");
    expect(heard.filter(({ type }) => type === "k")).toEqual([]);
  });

  test("what a killed job says afterwards disturbs nobody", async () => {
    const { channel, hear, say } = openAgent();
    const late = channel.run("slow", { deadline: 10 });
    const { job } = await hear("x");
    await expect(late).rejects.toBeInstanceOf(DeadlineError);
    const next = channel.run("next");
    const other = await hear("x", 1);
    expect(other.job).not.toBe(job);
    say(encode(job, "o", "late"), encode(job, "X", exitStatus(137)));
    say(encode(other.job, "o", "mine"), encode(other.job, "X", exitStatus(0)));
    await expect(next).resolves.toMatchObject({ status: 0, stdout: Buffer.from("mine") });
  });

  test("many jobs at once each get their own", async () => {
    const { channel, heard, say } = openAgent();
    const names = Array.from({ length: 20 }, (_, index) => `script ${index}`);
    const running = names.map((name) => channel.run(name));
    const started = heard.filter(({ type }) => type === "x");
    expect(new Set(started.map(({ job }) => job)).size).toBe(names.length);
    for (const { job, payload } of [...started].reverse()) say(encode(job, "o", `${payload} `));
    for (const { job } of started) say(encode(job, "o", `job ${job}`));
    for (const { job } of [...started].reverse()) say(encode(job, "X", exitStatus(job)));
    const results = await Promise.all(running);
    results.forEach(({ status, stdout }, index) => {
      expect(stdout.toString()).toBe(`script ${index} job ${status}`);
    });
  });
});

describe("framing", () => {
  const said = Buffer.concat([
    encode(0, "H", GREETING),
    encode(0, "b"),
    encode(1, "o", "first"),
    encode(1, "r", Buffer.from([0, 255, 10])),
    encode(1, "o", ""),
    encode(1, "X", exitStatus(-1)),
  ]);

  async function through(pieces: readonly Buffer[]) {
    const { channel, bytes } = openAgent();
    const running = channel.run("x");
    for (const piece of pieces) {
      bytes(piece);
      await turn();
    }
    return { ...(await running), greeting: await channel.greeting };
  }

  test("does not depend on where the stream is cut", async () => {
    const whole = await through([said]);
    expect(whole).toMatchObject({ status: -1, stdout: Buffer.from("first"), greeting: { release: "6.1.0-test" } });
    for (let at = 1; at < said.length; at++)
      expect(await through([said.subarray(0, at), said.subarray(at)]), `cut at ${at}`).toEqual(whole);
  });

  test("stands single bytes", async () => {
    const bytes = Array.from(said, (_, at) => said.subarray(at, at + 1));
    expect(await through(bytes)).toEqual(await through([said]));
  });

  test("carries more than a stream's buffer in one message", async () => {
    const big = Buffer.alloc(300_000, "macvlab ");
    const { channel, hear, say } = openAgent();
    const running = channel.run("x", { stdin: big });
    const input = await hear("i");
    expect(input.payload.equals(big)).toBe(true);
    say(encode(input.job, "o", big), encode(input.job, "X", exitStatus(0)));
    expect((await running).stdout.equals(big)).toBe(true);
  });

  test("every message, a heartbeat too, is a sign of life", async () => {
    const { channel, say } = openAgent();
    const before = channel.lastHeard;
    await turn();
    expect(channel.lastHeard).toBe(before);
    say(encode(0, "b"));
    await turn();
    expect(channel.lastHeard).toBeGreaterThan(before);
  });
});

describe("start", () => {
  const quiet = { onOutput: () => {} };

  test("a terminal's size goes before the script, and any later one to the job", async () => {
    const { channel, hear } = openAgent();
    const job = channel.start("sh -i", { ...quiet, terminal: { rows: 24, columns: 300 } });
    expect((await hear("t")).payload).toEqual(Buffer.from("\x18\0\x2c\x01sh -i", "latin1"));
    job.resize({ rows: 50, columns: 80 });
    expect((await hear("s")).payload).toEqual(Buffer.of(50, 0, 80, 0));
  });

  test("a signal goes to the job while it runs, and to nobody afterwards", async () => {
    const { channel, heard, hear, say } = openAgent();
    const job = channel.start("x", quiet);
    job.signal(2);
    expect((await hear("k")).payload).toEqual(Buffer.of(2));
    say(encode(1, "X", exitStatus(130)));
    expect(await job.ended).toBe(130);
    job.signal(15);
    job.end();
    await job.write(Buffer.from("late"));
    expect(heard.map(({ type }) => type)).toEqual(["x", "k"]);
  });

  test("input waits until what was sent before is taken, or the job has ended", async () => {
    const { channel, say } = openAgent();
    const job = channel.start("x", quiet);
    const taken = (bytes: number) => encode(1, "c", Buffer.from(Uint32Array.of(bytes).buffer));
    const block = Buffer.alloc(200_000);
    await job.write(block);
    let written = false;
    const second = job.write(block).then(() => {
      written = true;
    });
    await turn();
    expect(written).toBe(false);
    say(taken(200_000));
    await second;
    const third = job.write(block);
    say(encode(1, "X", exitStatus(0)));
    await third;
  });

  test("while output is not taken nothing more is read, and the silence is not the place's", async () => {
    const { channel, say } = openAgent();
    const seen: string[] = [];
    let take = () => {};
    const job = channel.start("x", {
      onOutput: (_stream, chunk) => {
        seen.push(`${chunk}`);
        return new Promise<void>((resolve) => {
          take = resolve;
        });
      },
    });
    say(encode(1, "o", "first"));
    await turn();
    say(encode(1, "o", "second"));
    await turn();
    expect(seen).toEqual(["first"]);
    expect(performance.now() - channel.lastHeard).toBeLessThan(1);
    take();
    await expect.poll(() => seen).toEqual(["first", "second"]);
    take();
    say(encode(1, "X", exitStatus(0)));
    expect(await job.ended).toBe(0);
  });

  test("a place that is gone ends it with the owner's explanation", async () => {
    const { channel, end } = openAgent();
    const job = channel.start("x", quiet);
    end();
    await expect(job.ended).rejects.toThrow(LOST);
  });
});

describe("mount", () => {
  test("names device, directory and type, and fails with the agent's words", async () => {
    const { channel, heard } = openAgent(({ job }) => [encode(job, "E", '"/m" cannot be mounted: No such device')]);
    await expect(channel.mount("/dev/vda", "/m", "ext4")).rejects.toThrow('"/m" cannot be mounted: No such device');
    expect(heard.map(({ type, payload }) => [type, payload.toString()])).toEqual([["m", "/dev/vda\0/m\0ext4"]]);
  });
});

describe("put", () => {
  test("writes path and content, whatever bytes they are", async () => {
    const { channel, heard } = openAgent(({ job, type }) => (type === "p" ? [encode(job, "w")] : []));
    const content = Buffer.from([0, 1, 0, 255]);
    await channel.put("/run/a file", content);
    expect(heard.map(({ type, payload }) => [type, payload])).toEqual([
      ["p", Buffer.concat([Buffer.from("/run/a file\0"), content])],
    ]);
  });

  test("fails with the agent's words", async () => {
    const { channel } = openAgent(({ job }) => [encode(job, "E", '"/x" cannot be written: No such file or directory')]);
    const failure = channel.put("/x", Buffer.of());
    await expect(failure).rejects.toThrow('guest test: "/x" cannot be written: No such file or directory');
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
  });
});

describe("get", () => {
  test("yields the pieces as they come", async () => {
    const { channel, hear, say } = openAgent();
    const pieces = channel.get("/run/records");
    const first = pieces.next();
    const { job, payload } = await hear("g");
    expect(payload.toString()).toBe("/run/records");
    say(encode(job, "d", "one"));
    await expect(first).resolves.toEqual({ done: false, value: Buffer.from("one") });
    const rest = collect(pieces);
    say(encode(job, "d", "two"), encode(job, "d", "three"), encode(job, "D"));
    expect((await rest).toString()).toBe("twothree");
  });

  test("of an empty file is nothing", async () => {
    const { channel } = openAgent(({ job }) => [encode(job, "D")]);
    expect(await collect(channel.get("/empty"))).toEqual(Buffer.of());
  });

  test("fails with the agent's words, after the pieces before", async () => {
    const { channel } = openAgent(({ job }) => [encode(job, "d", "part"), encode(job, "E", '"/x" cannot be read')]);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of channel.get("/x")) seen.push(chunk.toString());
    })();
    await expect(reading).rejects.toThrow('guest test: "/x" cannot be read');
    expect(seen).toEqual(["part"]);
  });
});

describe("a place that is gone", () => {
  test("fails everything pending with the owner's explanation, output or not", async () => {
    const { channel, hear, say, end } = openAgent();
    const pending = [channel.run("a"), channel.run("b", { deadline: 60_000 }), channel.put("/p", Buffer.of(1))];
    const reading = collect(channel.get("/g"));
    const { job } = await hear("g");
    say(encode(job, "d", "half"));
    end();
    for (const one of [...pending, reading]) await expect(one).rejects.toThrow(LOST);
  });

  test("fails everything asked afterwards, and sends nothing any more", async () => {
    const { channel, heard, end } = openAgent();
    end();
    await expect(channel.greeting).rejects.toThrow(LOST);
    await expect(channel.run("x")).rejects.toThrow(LOST);
    await expect(channel.put("/p", Buffer.of())).rejects.toThrow(LOST);
    await expect(collect(channel.get("/g"))).rejects.toThrow(LOST);
    expect(heard).toEqual([]);
  });

  test("in the middle of a message is gone all the same", async () => {
    const { channel, bytes, end } = openAgent();
    const running = channel.run("x");
    bytes(encode(1, "X", exitStatus(0)).subarray(0, 9));
    end();
    await expect(running).rejects.toThrow(LOST);
  });

  test("leaves what was answered before alone", async () => {
    const { channel, say, end } = openAgent();
    const running = channel.run("x");
    say(encode(1, "X", exitStatus(0)));
    end();
    await expect(running).resolves.toMatchObject({ status: 0 });
  });
});
