/** `macvlab kernels` on a real archive, in a cache of its own; kernels and modules of one's own in real guests. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { defaultKernelSpec, modulesOf, resolveKernel } from "../../lab/kernels/index.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import type { Results } from "../../lab/model/results.ts";
import { kernelWithout } from "./kernel-files.ts";
import { openYard, type Yard } from "./macvlab.ts";
import { expectRefusal } from "./refused.ts";

const USAGE = 2;
const SHORT = ["run", "basics", "--filter", "default-mode-macvlan$"];

let good: KernelArtefacts;
let macvlan: Buffer;
beforeAll(async () => {
  good = await resolveKernel(await defaultKernelSpec());
  const own = (await modulesOf(good, ["macvlan"])).files.find(({ name }) => name === "macvlan");
  macvlan = await readFile(own?.path ?? "");
  if (own?.compressed === "xz") macvlan = execFileSync("xz", ["-dc"], { input: macvlan });
});

describe("a cache of its own", () => {
  let yard: Yard;
  let env: NodeJS.ProcessEnv;
  let spec: string;
  beforeAll(async () => {
    yard = await openYard();
    env = { MACVLAB_CACHE: join(yard.directory, "cache") };
    spec = await defaultKernelSpec();
  });
  afterAll(() => yard[Symbol.asyncDispose]());
  const kernels = async (...args: string[]) => {
    const { code, stdout, stderr } = await yard.run(["kernels", ...args], { env });
    expect(code, stderr).toBe(0);
    return stdout;
  };

  test("is empty, and offers what the suite has", async () => {
    expect(await kernels()).toMatch(/^no kernel in /);
    const offers = (await kernels("list", spec)).trim().split("\n");
    expect(offers[0]).toMatch(/^debian:\w+\/cloud: \d+ of \d+ kernels can be had/);
    expect(offers.slice(2).every((line) => line.startsWith(`${spec}=`))).toBe(true);
    expect(offers.filter((line) => line.includes(` ${good.release} `))).toHaveLength(1);
  });

  test("is filled, told of, and emptied again", async () => {
    const { version = "" } = good.packages.find(({ name }) => name === `linux-image-${good.release}`) ?? {};
    await kernels("fetch", spec, `${spec}=${version}`);
    const listed = (await kernels("list")).split("\n").filter((line) => line.includes(good.release));
    expect(listed.map((line) => line.split(" ")[0])).toEqual([spec, `${spec}=${version}`]);
    expect(await kernels("list", spec)).toMatch(new RegExp(`=${version.replaceAll(/[+.]/g, "\\$&")} .* cached\n`));
    const shown = await kernels("show", spec);
    for (const { name, sha256 } of good.packages)
      expect(shown).toMatch(new RegExp(`${name.replaceAll("+", "\\+")} .*${sha256}`));
    expect(shown).toContain(good.sha256);
    expect(await kernels("rm", spec)).toMatch(/its files stay, .* has the same; 0\.0 MB freed/);
    expect(await kernels("rm", "--all")).toMatch(/^removed 1 kernel and all images: \d\d+\.\d MB freed/);
    expect(await kernels()).toMatch(/^no kernel in /);
  });

  test("cannot show or remove what is not in it", async () => {
    const says = [`"${spec}" is not in the cache`, `macvlab kernels fetch ${spec}`];
    await expectRefusal(yard, ["kernels", "show", spec], { code: USAGE, says, env });
    await expectRefusal(yard, ["kernels", "rm", spec], { code: USAGE, says, env });
    await expectRefusal(yard, ["kernels", "fetch", "host"], {
      code: USAGE,
      says: ['nothing to fetch for "host"'],
      env,
    });
  });
});

describe("files of one's own", () => {
  let yard: Yard;
  beforeEach(async () => {
    yard = await openYard();
  });
  afterEach(() => yard[Symbol.asyncDispose]());
  const run = async (...args: string[]) => {
    const { code, stderr } = await yard.run([...SHORT, ...args, "--out", "out"]);
    expect(code, stderr).toBe(0);
    return JSON.parse(await readFile(join(yard.directory, "out", "results.json"), "utf8")) as Results;
  };
  const refuse = (args: readonly string[], says: readonly string[], code = USAGE) =>
    expectRefusal(yard, [...SHORT, ...args], { code, says });

  test("a module takes the place of the guest's own, its hash and its path are in the results", async () => {
    const path = join(yard.directory, "mine.ko.zst");
    execFileSync("zstd", ["-q", "-o", path], { input: macvlan });
    const { kernels } = await run("--kernel", good.spec, "--module", "mine.ko.zst");
    const sha256 = createHash("sha256").update(macvlan).digest("hex");
    expect(kernels[0]?.modules.filter(({ replacedBy }) => replacedBy)).toEqual([
      { name: "macvlan", sha256, replacedBy: path },
    ]);
  });

  test("a module the kernel will not load ends the run with the kernel's reason", async () => {
    const broken = Buffer.from(macvlan);
    // Signed, a module is checked; where it is not, its checksums of symbols are.
    const at = broken.indexOf("module_layout\0");
    broken.fill(0xff, at - 8, at);
    await writeFile(join(yard.directory, "broken.ko"), broken);
    await refuse(["--kernel", good.spec, "--module", "broken.ko"], ["would not load module", "broken.ko"]);
  });

  test("a module of another kernel is refused before boot, with both version strings", async () => {
    const other = good.release.replace(/^./, "9");
    const text = macvlan.toString("latin1").replace(`vermagic=${good.release}`, `vermagic=${other}`);
    await writeFile(join(yard.directory, "other.ko"), Buffer.from(text, "latin1"));
    await refuse(
      ["--kernel", good.spec, "--module", "other.ko"],
      ["built for another kernel", `"${other} `, `"${good.release}"`],
    );
    await refuse(["--kernel", "host", "--module", "other.ko"], ['"other.ko" cannot replace a module of "host"']);
  });

  test("a damaged module in a directory of modules, and no such directory", async () => {
    const place = join(yard.directory, "modules");
    const spec = await kernelWithout(good, /\/veth\.ko/, place);
    const bad = join(place, "macvlan.ko");
    await writeFile(bad, macvlan);
    await truncate(bad, 5_000);
    const dep = (await readFile(join(place, "modules.dep"), "utf8")).replaceAll(
      /\S*\/macvlan\.ko(\.\w+)?(?=[: \n])/g,
      bad,
    );
    await writeFile(join(place, "modules.dep"), dep);
    await refuse(["--kernel", spec], [`module "${bad}" is damaged: it has 5000 of at least`]);
    await refuse(["--kernel", `file:${good.vmlinuz},modules=${place}-not`], [`"${place}-not" does not exist`]);
  });

  test("a build tree runs as it was left, a tree that was never built does not", async () => {
    const tree = join(yard.directory, "tree");
    await buildTree(tree);
    const { kernels } = await run("--kernel", `tree:${tree}`);
    expect(kernels).toMatchObject([{ id: `tree:${tree}`, release: good.release, sha256: good.sha256 }]);
    expect(kernels[0]?.modules.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["macvlan", "macvtap", "bridge"]),
    );
    await truncate(join(tree, "include/config/kernel.release"), 0);
    await refuse(["--kernel", `tree:${tree}`], [`tree "${tree}" was never built`, "make -C"]);
  });

  /** The good kernel where a build would have left it: nothing of it installed, no list of what needs what. */
  async function buildTree(tree: string): Promise<void> {
    const modules = good.modulesDirectory ?? "";
    for (const directory of ["include/config", "arch/x86/boot"])
      await mkdir(join(tree, directory), { recursive: true });
    await writeFile(join(tree, "include/config/kernel.release"), `${good.release}\n`);
    await copyFile(good.config ?? "", join(tree, ".config"));
    await copyFile(good.vmlinuz, join(tree, "arch/x86/boot/bzImage"));
    await copyFile(join(modules, "modules.builtin"), join(tree, "modules.builtin"));
    const listed = (await readFile(join(modules, "modules.dep"), "utf8")).matchAll(/^(\S+):/gm);
    const order = [...listed].map(([, path = ""]) => path.replace(/\.ko.*$/, ".o").replace(/^kernel\//, ""));
    await writeFile(join(tree, "modules.order"), `${order.join("\n")}\n`);
    for (const [, path = ""] of (await readFile(join(modules, "modules.dep"), "utf8")).matchAll(/^(\S+):/gm)) {
      const to = join(tree, path.replace(/^kernel\//, "").replace(/\.ko.*$/, ".ko"));
      await mkdir(join(to, ".."), { recursive: true });
      await copyFile(join(modules, path), to);
    }
  }
});
