/** What a spec meant when the archive was asked last: a small file per spec that names a cache entry. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { cacheDirectory } from "../base/cache.ts";

const pointerSchema = z.object({
  spec: z.string(),
  entry: z.string().regex(/^[0-9a-f]+$/),
  at: z.number().describe("when the index it was chosen from was fetched, in milliseconds since 1970"),
});

export type SpecPointer = z.infer<typeof pointerSchema>;

/** @param spec in its canonical form. @returns undefined when there is none, or none that can be read. */
export async function readPointer(spec: string): Promise<SpecPointer | undefined> {
  const text = await readFile(pointerFile(spec), "utf8").catch(() => "null");
  try {
    const pointer = pointerSchema.parse(JSON.parse(text));
    return pointer.spec === spec ? pointer : undefined;
  } catch {
    return undefined;
  }
}

export async function writePointer(pointer: SpecPointer): Promise<void> {
  const file = pointerFile(pointer.spec);
  const draft = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(draft, JSON.stringify(pointer));
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/** @param spec in its canonical form. */
export async function removePointer(spec: string): Promise<void> {
  await rm(pointerFile(spec), { force: true });
}

function pointerFile(spec: string): string {
  return cacheDirectory("specs", `${encodeURIComponent(spec)}.json`);
}
