/**
 * Set-up on a machine that lacks a package: the real script on a tree of its own, whose table names a command that no
 * machine has. Only apt-get and sudo are stand-ins, which write down what they are asked.
 */
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { $ } from "zx";

const SCRIPTS = resolve(import.meta.dirname, "../../scripts");
const TABLE = `
# a comment
macvlab-lacks-this   wanted-package     lab   boots something
macvlab-tests-this   tests-package      test,kernel  compares something
macvlab-builds-this  kernel-package     kernel  builds something
/usr/bin/e[n]v       never-installed    lab   is there on every machine
`;
const ASKED = `echo "$(basename "$0") $*" >> "$(dirname "$0")/asked"`;
const INSTALLS = `case "$*" in *wanted-package*) touch "$(dirname "$0")/macvlab-lacks-this"; chmod +x "$(dirname "$0")/macvlab-lacks-this" ;; esac`;

let root: string;
let bin: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "macvlab-setup-"));
  bin = join(root, "bin");
  for (const folder of ["bin", "scripts", "lab", "dist", "node_modules"]) await mkdir(join(root, folder));
  await copyFile(join(SCRIPTS, "setup"), join(root, "scripts/setup"));
  await writeFile(join(root, "scripts/requirements"), TABLE);
  await writeFile(join(root, "package-lock.json"), "{}");
  await $({ cwd: root })`sha256sum package-lock.json > node_modules/.macvlab-lock`;
  await writeFile(join(root, "dist/.macvlab-build"), "");
  await writeFile(join(bin, "asked"), "");
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function command(name: string, ...lines: string[]): Promise<void> {
  await writeFile(join(bin, name), ["#!/bin/sh", ASKED, ...lines, ""].join("\n"), { mode: 0o755 });
}

const withSudo = () => command("sudo", "shift", 'exec "$@"');

async function setUp(purpose: string, as: readonly string[] = []) {
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const run = await $({ env, nothrow: true, quiet: true })`${as} ${join(root, "scripts/setup")} ${purpose}`;
  return {
    status: run.exitCode,
    stdout: run.stdout,
    stderr: run.stderr,
    asked: await readFile(join(bin, "asked"), "utf8"),
  };
}

test("what is missing is named with its reason, then installed, and nothing else", async () => {
  await withSudo();
  await command("apt-get", INSTALLS);
  const { status, stdout, stderr, asked } = await setUp("lab");
  expect(stderr).toMatch(/wanted-package +boots something \(there is no macvlab-lacks-this\)/);
  expect(stderr).toMatch(/installing them: .*apt-get install --no-install-recommends wanted-package\n/);
  expect(asked).toMatch(/apt-get .*update\n/);
  expect(asked).toMatch(/apt-get .*install --no-install-recommends wanted-package\n/);
  expect(`${stderr}${asked}`).not.toMatch(/tests-package|never-installed/);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

test("with everything in place no package manager is asked and nothing is said", async () => {
  await withSudo();
  for (const name of ["apt-get", "npm", "macvlab-lacks-this"]) await command(name);
  expect(await setUp("lab")).toEqual({ status: 0, stdout: "", stderr: "", asked: "" });
});

test("the tests need what the lab needs, and more", async () => {
  await withSudo();
  await command("apt-get", INSTALLS);
  const { status, stderr, asked } = await setUp("test");
  expect(asked).toMatch(/install --no-install-recommends tests-package wanted-package\n/);
  expect(stderr).toContain("installed, and still not there: macvlab-tests-this");
  expect(status).toBe(3);
});

test("a failing install shows apt's words and the command to type", async () => {
  await withSudo();
  await command("apt-get", 'case "$*" in *install*) echo "E: Unable to locate package" >&2; exit 100 ;; esac');
  const { status, stderr } = await setUp("lab");
  expect(stderr).toContain("    E: Unable to locate package\n");
  expect(stderr).toMatch(
    /-> (sudo )?apt-get update && (sudo )?apt-get install --no-install-recommends wanted-package\n$/,
  );
  await rm(/whole output is in (\S+)/.exec(stderr)?.[1] ?? "");
  expect(status).toBe(3);
});

test("without privilege it installs nothing and prints the command", async () => {
  await command("sudo", "exit 1");
  await command("apt-get");
  await command("node", "echo v20.19.0");
  await chmod(root, 0o755);
  await chmod(join(bin, "asked"), 0o666);
  const nobody = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--clear-groups"] : [];
  const { status, stderr, asked } = await setUp("lab", nobody);
  expect(stderr).toMatch(/-> sudo apt-get update && sudo apt-get install --no-install-recommends wanted-package\n$/);
  expect(asked).not.toContain("apt-get");
  expect(status).toBe(3);
});

test("a Node that is too old is named", async () => {
  await command("node", "echo v18.20.4");
  const { status, stderr } = await setUp("lab");
  expect(stderr).toContain("Node 20.19 or newer is needed to run the lab, found: v18.20.4");
  expect(status).toBe(3);
});
