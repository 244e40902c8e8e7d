/**
 * The guests' user space made twice: by this machine's apt, and by that of a Debian image in a container. The image is made
 * here, from the machine's own mirrors: there is no registry.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { USER_SPACES } from "../../images/recipe.ts";
import { outputOf } from "../../lab/base/command.ts";
import type { LabError } from "../../lab/base/errors.ts";
import { Scope } from "../../lab/base/scope.ts";
import { aptContainer } from "../../lab/container/builder.ts";
import { startEngine } from "../../lab/container/engine.ts";
import type { Engine } from "../../lab/container/engine-types.ts";
import { importImage } from "../../lab/container/fleet.ts";
import { openHostNamespace } from "../../lab/host/host-namespace.ts";
import { baseArchive, baseEntry, recipeHash } from "../../lab/image/base.ts";
import { type AptPlace, agentProgram } from "../../lab/image/index.ts";
import { machineSuite } from "../../lab/kernels/machine.ts";
import { openYard } from "../cli/macvlab.ts";
import { noRoot } from "../cli/privileged.ts";
import { scratchCache } from "../image/scratch-cache.ts";

const HEADER = 110;
const silent = () => undefined;

/** Path -> mode, owner, size and digest of everything in a newc archive. */
async function contentsOf(archive: string): Promise<Map<string, string>> {
  const bytes = await readFile(archive);
  const found = new Map<string, string>();
  for (let at = 0; at + HEADER < bytes.length; ) {
    const field = (index: number) =>
      Number.parseInt(bytes.toString("latin1", at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const [mode, owner, group, size, length] = [field(1), field(2), field(3), field(6), field(11)];
    const name = bytes.toString("utf8", at + HEADER, at + HEADER + length - 1);
    const start = (at + HEADER + length + 3) & ~3;
    if (name === "TRAILER!!!") break;
    const digest = createHash("sha256")
      .update(bytes.subarray(start, start + size))
      .digest("hex");
    found.set(name, `${mode.toString(8)} ${owner}:${group} ${size} ${digest}`);
    at = (start + size + 3) & ~3;
  }
  return found;
}

/** How this machine reaches its mirrors, in place of what mmdebstrap leaves there. */
const CONFIGURE = `cd "$1" && mkdir -p tmp && rm -rf etc/apt/sources.list etc/apt/sources.list.d etc/apt/apt.conf.d
for name in sources.list sources.list.d apt.conf.d; do
  [ ! -e "/etc/apt/$name" ] || cp -r "/etc/apt/$name" etc/apt/ || exit
done
ln -s mawk usr/bin/awk # as its package's script would
echo 'Acquire::Retries "0";' > etc/apt/apt.conf.d/zz-once
exec tar --create --file "$1.tar" .`;

/** A Debian root with apt and mmdebstrap. */
async function debianRoot(directory: string): Promise<string> {
  const root = join(directory, "debian");
  const packages =
    "apt,mmdebstrap,base-files,coreutils,dash,debian-archive-keyring,dpkg,findutils,gpgv,grep,mawk,sed,tar";
  const argv = [
    ...["mmdebstrap", "--quiet", "--mode=chrootless", "--skip=check/chrootless", "--variant=extract"],
    ...["doc", "man", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    ...["--format=directory", `--include=${packages}`, await machineSuite(), root],
  ];
  await outputOf(argv, { deadline: 120_000 });
  await outputOf(["sh", "-c", CONFIGURE, "sh", root], { deadline: 60_000 });
  return `${root}.tar`;
}

describe.skipIf(noRoot)("the user space of guests, made in a container", () => {
  const scope = new Scope();
  const image = "some-debian:latest";
  let directory: string;
  let engine: Engine;
  let place: AptPlace;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "macvlab-builder-"));
    scope.defer(directory, () => rm(directory, { recursive: true, force: true }));
    const room = scope.use("namespaces", await openHostNamespace(await agentProgram()));
    engine = scope.use("the engine", await startEngine(room, "builder-test"));
    await importImage(engine, createReadStream(await debianRoot(directory)), { repo: "some-debian", tag: "latest" });
    place = await aptContainer(engine, image, scope);
  }, 120_000);
  afterAll(() => scope[Symbol.asyncDispose]());

  test("is the same, file by file, as apt of this machine makes it", { timeout: 120_000 }, async () => {
    const recipe = await recipeHash();
    const cached = await baseEntry(recipe, silent);
    const own = new Map<string, string>();
    await using cache = await scratchCache();
    const made = await baseEntry(recipe, silent, { place });
    expect(made.files.every(({ path }) => path.startsWith(cache.path))).toBe(true);
    // A mirror may have moved on since the cache was filled.
    const same = JSON.stringify(made.facts) === JSON.stringify(cached.facts);
    for (const { path } of made.files) await copyFile(path, join(directory, path.split("/").at(-1) as string));
    const apt = same ? cached : await baseEntry(`${recipe}-apt`, silent);
    expect(made.facts).toEqual(apt.facts);
    for (const { path } of apt.files) own.set(path.split("/").at(-1) as string, path);
    let compared = 0;
    for (const space of USER_SPACES) {
      const mine = await contentsOf(own.get(baseArchive(space)) as string);
      const theirs = await contentsOf(join(directory, baseArchive(space)));
      expect(mine.size).toBeGreaterThan(20);
      expect(theirs).toEqual(mine);
      compared += mine.size;
    }
    process.stdout.write(
      `${compared} files of ${USER_SPACES.length} user spaces are the same, of ${made.facts.length} packages\n`,
    );
  });

  test("a container without a way to the mirrors is told of in apt's words", async () => {
    const other = { ...engine, run: "builder-test-2", facts: { ...engine.facts, private: false } };
    await using own = new Scope();
    // As in a user's engine: a process of the engine's, in the container's own network.
    const refused = await aptContainer(other, image, own).catch((error: LabError) => error);
    expect(refused).toMatchObject({
      message: `"${image}" has no mmdebstrap, and it cannot be installed there: status 100`,
      detail: expect.stringContaining("Failed to fetch"),
      mend: expect.stringContaining("--with engine=IMAGE"),
    });
  });

  test("the command says what an engine without a network needs, and leaves nothing", async () => {
    await using yard = await openYard();
    const { code, stderr } = await yard.run(["images", "build", "--with", "engine", "--engine", "private"]);
    expect([code, stderr]).toEqual([3, expect.stringContaining("and no network to fetch it by")]);
    expect(stderr).toContain("--with engine=FILE.tar");
    await expect.poll(yard.leftBehind, { timeout: 5_000, interval: 100 }).toEqual([]);
  });

  test("an image without apt is refused, and no container is left", async () => {
    await using within = new Scope();
    await importImage(engine, createReadStream("/dev/null"), { repo: "nothing", tag: "latest" }).catch(() => {});
    await expect(aptContainer({ ...engine, run: "builder-test-3" }, "nothing:latest", within)).rejects.toThrow(
      /the container engine refused: a container of "nothing:latest"/,
    );
  });
});
