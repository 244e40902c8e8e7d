/** A cache directory of a test's own, and the project's environment pointing at it until it is disposed of. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ScratchCache extends AsyncDisposable {
  readonly path: string;
}

export async function scratchCache(): Promise<ScratchCache> {
  const before = process.env.MACVLAB_CACHE;
  const path = await mkdtemp(join(tmpdir(), "macvlab-image-"));
  process.env.MACVLAB_CACHE = path;
  return {
    path,
    async [Symbol.asyncDispose]() {
      if (before === undefined) delete process.env.MACVLAB_CACHE;
      else process.env.MACVLAB_CACHE = before;
      await rm(path, { recursive: true, force: true });
    },
  };
}
