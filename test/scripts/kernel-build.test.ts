/**
 * The fragments as text, and the real script on a made-up tree; only make is a stand-in, which takes the symbols it is
 * asked for but those in $REFUSED. That real kernels take the fragments is seen by building them, which is no test's work.
 */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { $ } from "zx";
import { DISK_MODULES } from "../../lab/image/disk-image.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FRAGMENTS = (await readdir(join(ROOT, "images"))).filter((name) => name.endsWith(".config"));
const SYMBOL = /^(?:CONFIG_(?<set>\w+)=(?:y|m|\d+|"[^"]*")|# CONFIG_(?<unset>\w+) is not set)$/;

const SYMBOL_OF = { virtio_blk: "VIRTIO_BLK", ext4: "EXT4_FS" };

const MAKE = `#!/bin/sh
for argument; do case $argument in
  O=*) out=\${argument#O=} ;;
  KCONFIG_ALLCONFIG=*) wanted=\${argument#KCONFIG_ALLCONFIG=} ;;
  allnoconfig) grep -vE "^CONFIG_($REFUSED)=" "$wanted" > "$out/.config" ;;
  kernelrelease) echo 6.1.0-made-up ;;
  bzImage | modules) echo "$argument" >> "$out/built" ;;
esac; done
`;

/** Symbol -> value; `n` for one that is switched off. */
async function symbolsOf(fragment: string): Promise<[string, string][]> {
  const lines = (await readFile(join(ROOT, "images", fragment), "utf8")).split("\n");
  const found = lines.map((line) => SYMBOL.exec(line)?.groups);
  return found.flatMap((groups, at) => {
    const value = lines[at]?.split("=")[1] ?? "n";
    return groups ? [[groups.set ?? groups.unset ?? "", value] as [string, string]] : [];
  });
}

describe("the fragments", () => {
  test("there is one of the lab's kernel and two of kernels that look for their own faults", () => {
    expect(FRAGMENTS.sort()).toEqual(["kernel-csan.config", "kernel-debug.config", "kernel.config"]);
  });

  test.each(FRAGMENTS)("%s has nothing but symbols and comments, and no symbol twice", async (fragment) => {
    const text = await readFile(join(ROOT, "images", fragment), "utf8");
    const others = text.split("\n").filter((line) => !SYMBOL.test(line) && line !== "" && !/^# (?!CONFIG_)/.test(line));
    expect(others).toEqual([]);
    const names = (await symbolsOf(fragment)).map(([name]) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  test("the lab's kernel needs no module, and leaves bridged frames alone", async () => {
    const symbols = new Map(await symbolsOf("kernel.config"));
    expect([...symbols].filter(([, value]) => value === "m")).toEqual([]);
    expect(symbols.get("BRIDGE_NETFILTER") ?? "n").toBe("n");
    for (const name of ["MACVLAN", "MACVTAP", "VETH", "BRIDGE", "VIRTIO_PCI", "VIRTIO_CONSOLE", "PVH"])
      expect([name, symbols.get(name)]).toEqual([name, "y"]);
  });

  test("the lab's kernel reads the disks of guests used by hand", async () => {
    const symbols = new Map(await symbolsOf("kernel.config"));
    for (const name of ["BLOCK", ...DISK_MODULES.map((module) => SYMBOL_OF[module])])
      expect([name, symbols.get(name)]).toEqual([name, "y"]);
  });

  test("KASAN and KCSAN, which exclude each other, are in different ones", async () => {
    const [debug, csan] = await Promise.all(["kernel-debug.config", "kernel-csan.config"].map(symbolsOf));
    const names = (symbols: [string, string][] = []) => symbols.map(([name]) => name);
    expect(names(debug)).toEqual(expect.arrayContaining(["KASAN", "PROVE_LOCKING", "DEBUG_KMEMLEAK", "UBSAN"]));
    expect(names(debug)).not.toContain("KCSAN");
    expect(names(csan)).toContain("KCSAN");
    expect(names(csan)).not.toContain("KASAN");
  });
});

describe("scripts/kernel-build", () => {
  let root: string;
  let tree: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "macvlab-kernel-"));
    tree = join(root, "linux");
    for (const folder of ["bin", "scripts", "images", "linux/scripts/kconfig", "linux/arch/x86"])
      await mkdir(join(root, folder), { recursive: true });
    for (const name of ["scripts/setup", "scripts/kernel-build", ...FRAGMENTS.map((one) => `images/${one}`)])
      await copyFile(join(ROOT, name), join(root, name));
    await writeFile(join(root, "scripts/requirements"), "");
    await writeFile(join(root, "bin/make"), MAKE, { mode: 0o755 });
    for (const name of ["Makefile", "arch/x86/Kconfig"]) await writeFile(join(tree, name), "");
    await writeFile(join(tree, "Kconfig"), "config MACVLAN\n\ttristate\n");
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function kernelBuild(args: readonly string[], refused = "nothing") {
    const env = { ...process.env, PATH: `${join(root, "bin")}:${process.env.PATH}`, REFUSED: refused };
    const run = await $({ env, nothrow: true, quiet: true })`${join(root, "scripts/kernel-build")} ${args}`;
    return { status: run.exitCode, stdout: run.stdout, stderr: run.stderr };
  }

  const configuration = (directory: string) => readFile(join(directory, ".config"), "utf8");

  test.each([
    ["no tree", () => [], /^macvlab: which kernel tree\?\n/],
    ["no directory", () => ["/no/such/tree"], /^macvlab: "\/no\/such\/tree" is not a directory\n/],
    [
      "another directory",
      () => [join(root, "bin")],
      /^macvlab: ".*\/bin" is not a Linux source tree: it has no Makefile\n/,
    ],
    ["two trees", () => [tree, "more"], /^macvlab: "more" is one tree too many, after ".*\/linux"\n/],
    ["an option there is not", () => [tree, "--fast"], /^macvlab: "--fast" is no option of kernel-build\n/],
    ["a fragment there is not", () => [tree, "--fragment", "/no/x"], /^macvlab: "--fragment \/no\/x" names no file/],
    [
      "both kinds of sanitizer",
      () => [tree, "--debug", "--csan"],
      /^macvlab: "--debug" and "--csan" exclude each other/,
    ],
    ["a blank in a path", () => [tree, "O=/tmp/a b"], /^macvlab: .* builds no kernel where a path has a blank/],
  ])("%s: one sentence, what mends it, exit code 2", async (_name, args, message) => {
    const { status, stdout, stderr } = await kernelBuild(args());
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^macvlab: .*\n {2}-> .*\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  test("what building lacks is named with its package, and nothing is built", async () => {
    await writeFile(
      join(root, "scripts/requirements"),
      "macvlab-lacks-this wanted-package test,kernel reads something\n",
    );
    for (const name of ["apt-get", "sudo"])
      await writeFile(join(root, "bin", name), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const { status, stdout, stderr } = await kernelBuild([tree]);
    expect(stderr).toMatch(/wanted-package +reads something \(there is no macvlab-lacks-this\)/);
    expect(stderr).toMatch(/-> .*apt-get install --no-install-recommends wanted-package\n$/);
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    await rm(/whole output is in (\S+)/.exec(stderr)?.[1] ?? "", { force: true });
  });

  test("--help tells what there is", async () => {
    const { status, stdout, stderr } = await kernelBuild(["--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const option of ["--debug", "--csan", "--modular", "--fragment FILE", "O=DIR"])
      expect(stdout).toContain(option);
    expect(stdout).not.toContain("set -euo");
  });

  test("it builds image and modules, and prints how to run the lab on them", async () => {
    const { status, stdout } = await kernelBuild([tree]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `./scripts/lab run pairings --kernel tree:${tree}\n`,
    });
    expect(await readFile(join(tree, "built"), "utf8")).toBe("bzImage\nmodules\n");
  });

  test("of several lines for one symbol the last holds, a fragment of one's own being last", async () => {
    const [own, out] = [join(root, "own.config"), join(root, "out")];
    await writeFile(own, "# CONFIG_IPVLAN is not set\nCONFIG_WIREGUARD=y");
    expect((await kernelBuild([tree, "--modular", "--fragment", own, `O=${out}`])).status).toBe(0);
    const lines = (await configuration(out)).split("\n");
    expect(lines.filter((line) => /CONFIG_(MACVLAN|MACVTAP|IPVTAP|IPVLAN|WIREGUARD)\b/.test(line))).toEqual([
      "CONFIG_MACVLAN=m",
      "CONFIG_MACVTAP=m",
      "# CONFIG_IPVLAN is not set",
      "CONFIG_IPVTAP=m",
      "CONFIG_WIREGUARD=y",
    ]);
  });

  test("a configuration of the user's is kept, once", async () => {
    await writeFile(join(tree, ".config"), "CONFIG_MINE=y\n");
    expect((await kernelBuild([tree])).stderr).toContain(".config.before-macvlab");
    expect((await kernelBuild([tree])).stderr).not.toContain(".config.before-macvlab");
    expect(await readFile(join(tree, ".config.before-macvlab"), "utf8")).toBe("CONFIG_MINE=y\n");
  });

  test("a symbol the kernel does not have is told of; one it has and does not take stops the build", async () => {
    const unknown = await kernelBuild([tree], "PVH|VETH");
    expect(unknown.stderr).toContain("macvlab: this kernel does not have CONFIG_PVH CONFIG_VETH\n");
    expect(unknown.status).toBe(0);
    await rm(join(tree, "built"));
    const refused = await kernelBuild([tree], "MACVLAN");
    expect(refused.stderr).toContain("macvlab: this kernel did not take: CONFIG_MACVLAN=y\n");
    expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 3, stdout: "" });
    await expect(readFile(join(tree, "built"))).rejects.toThrow("ENOENT");
  });
});
