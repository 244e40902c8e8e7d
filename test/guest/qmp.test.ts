import { Duplex } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import { EnvironmentError } from "../../lab/base/errors.ts";
import { Qmp } from "../../lab/guest/qmp.ts";

afterEach(() => {
  vi.useRealTimers();
});

interface Command {
  readonly execute: string;
  readonly arguments?: object;
}

/** QEMU's side: greets, and answers each command with what `answer` says. */
function openQemu(answer: (command: Command) => readonly object[]) {
  const commands: Command[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().trim().split("\n")) {
        const command = JSON.parse(line) as Command;
        commands.push(command);
        for (const message of answer(command)) stream.push(`${JSON.stringify(message)}\r\n`);
      }
      done();
    },
  });
  stream.push(`${JSON.stringify({ QMP: { version: { qemu: { major: 7 } }, capabilities: ["oob"] } })}\r\n`);
  return { qmp: new Qmp(stream), commands, stream };
}

const OK = [{ return: {} }];

describe("Qmp", () => {
  test("negotiates before anything else", async () => {
    const { qmp, commands } = openQemu(() => OK);
    await qmp.execute("quit");
    expect(commands.map(({ execute }) => execute)).toEqual(["qmp_capabilities", "quit"]);
  });

  test("sends parameters and resolves to what QEMU returns", async () => {
    const { qmp, commands } = openQemu(({ execute }) =>
      execute === "query-status" ? [{ return: { status: "running" } }] : OK,
    );
    await expect(qmp.execute("query-status", { a: 1 })).resolves.toEqual({ status: "running" });
    expect(commands.at(-1)).toEqual({ execute: "query-status", arguments: { a: 1 } });
  });

  test("takes no event for an answer", async () => {
    const event = { event: "RESUME", timestamp: { seconds: 1, microseconds: 2 } };
    const { qmp } = openQemu(({ execute }) => [event, { return: { of: execute } }, event]);
    await expect(qmp.execute("stop")).resolves.toEqual({ of: "stop" });
    await expect(qmp.execute("cont")).resolves.toEqual({ of: "cont" });
  });

  test("gives several commands at once their own answers", async () => {
    const { qmp } = openQemu(({ execute }) => [{ return: execute }]);
    await expect(Promise.all(["a", "b", "c"].map((name) => qmp.execute(name)))).resolves.toEqual(["a", "b", "c"]);
  });

  test("fails with QEMU's own words", async () => {
    const error = { class: "CommandNotFound", desc: "The command nonsense has not been found" };
    const { qmp } = openQemu(({ execute }) => (execute === "nonsense" ? [{ error }] : OK));
    const failure = qmp.execute("nonsense");
    await expect(failure).rejects.toBeInstanceOf(EnvironmentError);
    await expect(failure).rejects.toThrow('QMP "nonsense" failed: The command nonsense has not been found');
    await expect(qmp.execute("quit")).resolves.toEqual({});
  });

  test("waits no longer than its deadline for a QEMU that is silent", async () => {
    vi.useFakeTimers();
    const { qmp } = openQemu(() => []);
    const failure = expect(qmp.execute("quit")).rejects.toThrow(/QMP quit.* 5000 ms/);
    await vi.advanceTimersByTimeAsync(5_000);
    await failure;
  });

  test("does not bring the lab down when QEMU dies", async () => {
    vi.useFakeTimers();
    const { qmp, stream } = openQemu(() => []);
    const failure = expect(qmp.execute("quit")).rejects.toBeInstanceOf(EnvironmentError);
    stream.destroy(new Error("read ECONNRESET"));
    await vi.advanceTimersByTimeAsync(5_000);
    await failure;
  });
});
