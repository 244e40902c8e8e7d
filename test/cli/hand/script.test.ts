import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { commandScript, quote, shellScript } from "../../../lab/cli/hand/script.ts";

test.each(["plain", "two words", "it's", '"$HOME" `id`', "", "-n", "a\nb\\n", "*"])(
  "%j is one word for a shell",
  (word) => {
    expect(execFileSync("sh", ["-c", `printf %s ${quote(word)}`]).toString()).toBe(word);
  },
);

test("a command takes the shell's place, in its directory", () => {
  const script = commandScript(["sh", "-c", 'echo "$PWD $1 $$"; kill -TERM $$', "sh", "it's me"], "/usr");
  const { pid, stdout, signal } = spawnSync("sh", ["-c", script]);
  expect([stdout.toString(), signal]).toEqual([`/usr it's me ${pid}\n`, "SIGTERM"]);
});

test("a command is not run where its directory is not there", () => {
  const { status, stdout } = spawnSync("sh", ["-c", commandScript(["echo", "run"], "/no/such/place")]);
  expect([status, stdout.toString()]).toEqual([expect.any(Number), ""]);
  expect(status).not.toBe(0);
});

test("a terminal nobody has described is taken for an ordinary one", () => {
  const script = shellScript("/", "6.1", "no-such-terminal").replace("exec bash --norc -i", "echo $TERM");
  expect(spawnSync("bash", ["-c", script]).stdout.toString()).toContain("xterm\n");
});
