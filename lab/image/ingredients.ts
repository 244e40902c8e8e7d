/** What guests of every kernel share, for the record: the agent, which namespaces run too, and the user space. */
import { basename } from "node:path";
import type { UserSpace } from "../../images/recipe.ts";
import { UsageError } from "../base/errors.ts";
import { machineSuite } from "../kernels/machine.ts";
import { agentFile } from "./agent.ts";
import { type BaseOptions, baseArchive, baseEntry, recipeHash, rememberSuite } from "./base.ts";
import type { PackageVersion } from "./user-space.ts";

const SILENT = () => undefined;

/** Hex SHA-256 of the agent program. @throws EnvironmentError when it is not in the cache and cannot be compiled. */
export async function agentHash(): Promise<string> {
  return (await agentFile(SILENT)).sha256;
}

/** Path of the archive of a user space. @throws EnvironmentError when it is not in the cache and cannot be made. */
export async function userSpaceArchive(space: UserSpace): Promise<string> {
  const { files } = await baseEntry(await recipeHash(), SILENT);
  const found = files.find(({ path }) => basename(path) === baseArchive(space));
  if (!found) throw new Error(`the entry of the user space has no "${space}"`);
  return found.path;
}

export interface UserSpaceFacts {
  /** Hash of the recipe it is made by. */
  readonly recipe: string;
  /** Every package that was unpacked for it, sorted by name. */
  readonly packages: readonly PackageVersion[];
}

/** @throws EnvironmentError when it is not in the cache and cannot be made. */
export async function userSpaceFacts(): Promise<UserSpaceFacts> {
  const recipe = await recipeHash();
  return { recipe, packages: (await baseEntry(recipe, SILENT)).facts };
}

/** Makes what guests of every kernel share: whatever of it is missing, or all of the user space where a place is named. */
export async function buildImages(note: (line: string) => void, options: BaseOptions = {}): Promise<void> {
  if (options.place) {
    const suite = await options.place.suite();
    const own = await machineSuite().catch(() => undefined);
    if (own !== undefined && own !== suite)
      throw new UsageError(`"${options.place.name}" is of ${suite}, and guests of this machine are of ${own}`, {
        mend: `--with engine=debian:${own}`,
      });
    await rememberSuite(suite);
  }
  await Promise.all([agentFile(note), baseEntry(await recipeHash(), note, options)]);
}
