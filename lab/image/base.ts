/** The layer every guest shares: what the recipe keeps of its packages, and the libraries that needs. */
import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RECIPE, USER_SPACES, type UserSpace } from "../../images/recipe.ts";
import { cacheDirectory } from "../base/cache.ts";
import { EnvironmentError } from "../base/errors.ts";
import { machineSuite } from "../kernels/machine.ts";
import { pack } from "./archive.ts";
import { type Build, type Entry, entry } from "./entry.ts";
import { keepLibraries } from "./libraries.ts";
import { hashOf, readJson, writeJson } from "./stamp.ts";
import { type AptPlace, type PackageVersion, unpackPackages } from "./user-space.ts";

/** Name of a user space's archive in the entry of the base. */
export function baseArchive(space: UserSpace): string {
  return `${space}.cpio`;
}
export const BASE_KIND = "base";
/** Counts changes of how an image is put together that its recipe does not show. */
const REVISION = 2;
/** Packages disagree on whether `/bin` is `/usr/bin`; in a guest it always is. */
const PROGRAM_PLACES = ["usr/bin", "usr/sbin", "bin", "sbin"];
const COPY = { recursive: true, verbatimSymlinks: true } as const;

/** Beside the archives where a container of an image made them: the image's name. */
export const BUILDER = "builder";

export interface BaseOptions {
  /** Where the packages are fetched and unpacked; default: this machine. The entry is made anew then. */
  readonly place?: AptPlace;
}

/** Hash of everything that decides what is in the base, except the archive's state on the day it is built. */
export async function recipeHash(): Promise<string> {
  return hashOf([REVISION, await guestSuite(), process.arch, RECIPE]);
}

const suiteFile = () => cacheDirectory("images", "known", "suite.json");

/** The machine's; of a machine that is no Debian: that of the image its guests' user space was made in last. */
export async function guestSuite(): Promise<string> {
  return machineSuite().catch((error: unknown) => {
    const known = readJson(suiteFile());
    if (typeof known === "string") return known;
    const cause = error instanceof Error ? error.message : String(error);
    throw new EnvironmentError(`the guests' user space is of Debian packages, and this is none: ${cause}`, {
      mend: "macvlab images build --with engine, which makes it in a container",
      cause: error,
    });
  });
}

/** Which suite guests are of where the machine does not tell. */
export async function rememberSuite(suite: string): Promise<void> {
  await writeJson(suiteFile(), suite);
}

/** The base archive, from the cache or built now; its facts are the packages it is made of. */
export async function baseEntry(
  recipe: string,
  note: (line: string) => void,
  { place }: BaseOptions = {},
): Promise<Entry<PackageVersion[]>> {
  const build = (scratch: string) => buildBase(scratch, place);
  const anew = place !== undefined;
  return entry({ what: "the guest's user space", key: [BASE_KIND, recipe], build, note, anew });
}

async function buildBase(scratch: string, place: AptPlace | undefined): Promise<Build<PackageVersion[]>> {
  const tree = join(scratch, "tree");
  const packages = await unpackPackages(Object.keys(RECIPE.programs), tree, place);
  for (const space of USER_SPACES) await packSpace(space, tree, scratch);
  if (place) await writeFile(join(scratch, BUILDER), `${place.name}\n`);
  return { files: [...USER_SPACES.map(baseArchive), ...(place ? [BUILDER] : [])], facts: packages };
}

async function packSpace(space: UserSpace, tree: string, scratch: string): Promise<void> {
  const kept = join(scratch, space);
  await furnish(kept);
  const programs = await keepPrograms(space, tree, kept);
  await keepLibraries(tree, kept, programs);
  const data = space === "full" ? [...RECIPE.data, ...RECIPE.fullData] : RECIPE.data;
  for (const path of data.filter((each) => existsSync(join(tree, each)))) {
    await cp(join(tree, path), join(kept, path), COPY);
  }
  await pack(kept, join(scratch, baseArchive(space)));
}

/** Directories, links and texts that come from no package. */
async function furnish(kept: string): Promise<void> {
  for (const path of RECIPE.directories) await mkdir(join(kept, path), { recursive: true });
  for (const [path, target] of Object.entries(RECIPE.links)) {
    await mkdir(dirname(join(kept, path)), { recursive: true });
    await symlink(target, join(kept, path));
  }
  for (const [path, text] of Object.entries(RECIPE.texts)) await writeFile(join(kept, path), text);
}

/** Copies the recipe's programs. @returns their paths in `kept`. */
async function keepPrograms(space: UserSpace, tree: string, kept: string): Promise<string[]> {
  const places = new Map<string, string>();
  for (const place of PROGRAM_PLACES) {
    for (const name of await readdir(join(tree, place)).catch(() => [])) places.set(name, places.get(name) ?? place);
  }
  const all = Object.entries(RECIPE.programs).flatMap(([of, names]) => names.map((name) => ({ of, name })));
  const names = space === "routing" ? [...RECIPE.lean, ...RECIPE.routing] : RECIPE.lean;
  const wanted = space === "full" ? all : all.filter(({ name }) => names.includes(name));
  return Promise.all(
    wanted.map(async ({ of, name }) => {
      const place = places.get(name);
      if (!place) throw new EnvironmentError(`"${name}" is not in this suite's package "${of}"`);
      const to = join(kept, place.startsWith("usr/") ? place : `usr/${place}`, name);
      await copyFile(join(tree, place, name), to);
      return to;
    }),
  );
}
