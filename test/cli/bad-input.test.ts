/** What a user can mistype, said in a sentence. Nothing here needs a network, root or a guest. */
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openYard, type Yard } from "./macvlab.ts";
import { expectRefusal } from "./refused.ts";

const USAGE = 2;
const ENVIRONMENT = 3;

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
});
afterAll(() => yard[Symbol.asyncDispose]());

describe("refused as a usage error", () => {
  test.each<[string, string[], string[]]>([
    [
      "an unknown scenario",
      ["run", "pairing"],
      ['"pairing" is not a scenario', '"basics", "ledger", "gateways", "pairings"', "macvlab list"],
    ],
    ["an unknown command", ["frobnicate"], ['"frobnicate" is not a scenario', "macvlab list"]],
    ["an unknown option", ["run", "--kernels", "host"], ["'--kernels'", "--kernel", "macvlab --help"]],
    ["an option without its value", ["run", "--kernel"], ["'--kernel <spec>'", "argument missing"]],
    ["no kernel spec", ["run", "--kernel", "bookworm"], ['"bookworm" is not a kernel spec', "debian:SUITE[/FLAVOUR]"]],
    ["an unknown flavour", ["run", "--kernel", "debian:sid/huge"], ['"huge" in "debian:sid/huge"', '"cloud"']],
    ["no regular expression", ["run", "--filter", "(relay"], ["'--filter <expr>'", "'(relay'", "Unterminated group"]],
    ["no kernel at a time", ["run", "--jobs", "0"], ["'--jobs <n>'", "'0'", "a whole number from 1 up"]],
    ["half a kernel at a time", ["run", "--jobs", "1.5"], ["'1.5'", "a whole number from 1 up"]],
    ["a kernel file that is not there", ["run", "--kernel", "file:gone"], ["gone", "cannot be read", "no such file"]],
    ["a kernel file without a name", ["run", "--kernel", "file:"], ['"file:" is not a kernel file spec']],
  ])("%s", async (_what, args, says) => {
    await expectRefusal(yard, args, { code: USAGE, says });
  });

  test.each<[string, Buffer, string]>([
    ["text", Buffer.from("#!/bin/sh\necho I am no kernel\n"), "a text file"],
    ["nothing", Buffer.alloc(0), "an empty file"],
    ["an unpacked kernel", Buffer.concat([Buffer.from("\x7fELF"), Buffer.alloc(2000)]), "an ELF file"],
    ["noise", Buffer.alloc(5000, 0xa7), "not a bzImage"],
  ])("a kernel file that holds %s", async (name, content, kind) => {
    const file = join(yard.directory, `no-kernel-${name.replaceAll(" ", "-")}`);
    await writeFile(file, content);
    await expectRefusal(yard, ["run", "--kernel", `file:${file}`], { code: USAGE, says: [`"${file}"`, kind, "-> "] });
  });
});

describe("refused for where it is to write", () => {
  test("a file in the output directory's place", async () => {
    const out = join(yard.directory, "taken");
    await writeFile(out, "precious");
    const says = [`"${out}" cannot be written: ENOTDIR`, "--out DIR"];
    await expectRefusal(yard, ["run", "--kernel", "host", "--out", out], { code: ENVIRONMENT, says });
  });

  test("is told before a kernel is looked for, and leaves nothing of an attempt", async () => {
    const out = join(yard.directory, "busy");
    await mkdir(join(out, "report.md"), { recursive: true });
    const says = [`"${join(out, "report.md")}" cannot be written: it is a directory`, "--out DIR"];
    await expectRefusal(yard, ["run", "--kernel", "file:gone", "--out", out], { code: ENVIRONMENT, says });
    expect(await readdir(out)).toEqual(["report.md"]);
  });

  test("a kernel that is not found leaves no directory, and an earlier run as it was", async () => {
    const out = join(yard.directory, "earlier");
    await mkdir(out);
    await writeFile(join(out, "results.json"), "precious");
    for (const place of [out, join(yard.directory, "fresh")])
      await expectRefusal(yard, ["run", "--kernel", "file:gone", "--out", place], { code: USAGE, says: ["gone"] });
    expect(await readdir(out)).toEqual(["results.json"]);
    expect(existsSync(join(yard.directory, "fresh"))).toBe(false);
  });

  test("a place where no directory can be made", async () => {
    const says = ['"/proc/macvlab-out" cannot be written', "--out DIR"];
    await expectRefusal(yard, ["run", "--kernel", "host", "--out", "/proc/macvlab-out"], { code: ENVIRONMENT, says });
  });
});

test("a filter that selects nothing is a usage error, and leaves no run directory", async () => {
  const args = ["run", "--kernel", "host", "--filter", "no such cell"];
  await expectRefusal(yard, args, {
    code: USAGE,
    says: ['"no such cell" selects no cell and no check', "ids look like"],
  });
  const runs = join(yard.directory, "runs");
  expect(existsSync(runs) ? await readdir(runs) : []).toEqual([]);
});

test("a filter that selects nothing leaves a directory that was there, and what is in it", async () => {
  const out = join(yard.directory, "mine");
  await mkdir(out);
  await writeFile(join(out, "notes"), "precious");
  await expectRefusal(yard, ["run", "--kernel", "host", "--filter", "no such cell", "--out", out], {
    code: USAGE,
    says: ["selects no cell"],
  });
  expect(await readdir(out)).toEqual(["notes"]);
});

test("a reader that has seen enough is no error", async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
  const through = ["bash", "-c", '"$@" | true; exit "${PIPESTATUS[0]}"', "bash"];
  expect(await yard.run(["list"], { through })).toMatchObject({ code: 0, stderr: "" });
});

test("help and version go to standard output and are no error", async () => {
  const [help, version] = await Promise.all([yard.run(["--help"]), yard.run(["--version"])]);
  expect(help).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("Usage: macvlab") });
  expect(version).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});
