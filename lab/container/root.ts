/** The containers' root file system: that of the lab's guests, as the tar an engine imports. */

import { join } from "node:path";
import { EnvironmentError, tail } from "../base/errors.ts";
import { userSpaceArchive } from "../image/index.ts";
import type { EngineRoom } from "./engine-types.ts";

/** @returns path outside of the tar, which vanishes with the room. @throws EnvironmentError when it cannot be made. */
export async function rootArchive({ executor, root }: Pick<EngineRoom, "executor" | "root">): Promise<string> {
  const archive = await userSpaceArchive("lean");
  const tar = `${executor.workDirectory}/root.tar`;
  const script = [
    `mkdir ${executor.workDirectory}/root && cd ${executor.workDirectory}/root || exit`,
    `busybox cpio -i -d -m 2>/dev/null < '${archive}' || exit`,
    `tar --create --numeric-owner --owner=0 --group=0 --file ${tar} . && rm -r ${executor.workDirectory}/root`,
  ].join("\n");
  const { status, stderr } = await executor.run(script);
  if (status === 0) return join(root, tar);
  throw new EnvironmentError("the containers' root file system cannot be packed", { detail: tail(stderr) });
}
