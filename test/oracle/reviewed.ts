/**
 * The record of which kernel functions the oracle's rules were written from, by hash, and what has changed since.
 * It holds facts only: names and hashes, no kernel text.
 */
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { functionHash } from "./c-functions.ts";
import { functionsNamedIn } from "./rule-functions.ts";

const RECORD = resolve(import.meta.dirname, "../../lab/oracle/reviewed.json");

const functionSchema = z.object({
  file: z.string(),
  name: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .describe("of the normalised text; null: this generation has no such function in this file"),
});
const generationSchema = z.object({
  generation: z.string().regex(/^\d+\.\d+$/),
  functions: z.array(functionSchema).min(1),
});
const recordSchema = z.object({ generations: z.array(generationSchema).min(1) });

export type ReviewedFunction = z.infer<typeof functionSchema>;
export type ReviewedGeneration = z.infer<typeof generationSchema>;

/** Text of a kernel file by its path; null or undefined where the kernel has none. */
type Sources = ReadonlyMap<string, string | null>;

export async function readReviewed(): Promise<readonly ReviewedGeneration[]> {
  return recordSchema.parse(JSON.parse(await readFile(RECORD, "utf8"))).generations;
}

export async function writeReviewed(generations: readonly ReviewedGeneration[]): Promise<void> {
  await writeFile(RECORD, `${JSON.stringify(recordSchema.parse({ generations }), null, 2)}\n`);
}

/** The same functions with the hashes they have in `sources`. */
export function hashFunctions(functions: readonly ReviewedFunction[], sources: Sources): ReviewedFunction[] {
  return functions.map(({ file, name }) => {
    const text = sources.get(file);
    return { file, name, sha256: (text && functionHash(text, name)) || null };
  });
}

/** One line per function that is not what was reviewed. */
export function changesSinceReview(reviewed: readonly ReviewedFunction[], sources: Sources): string[] {
  return hashFunctions(reviewed, sources).flatMap(({ file, name, sha256 }, index) => {
    const before = reviewed[index]?.sha256 ?? null;
    if (before === sha256) return [];
    if (sha256 === null) return [`${name} (${file}) is missing`];
    return [`${name} (${file}) ${before === null ? "is new" : "has changed"}`];
  });
}

/** The functions a rule names that were not reviewed in this generation, or do not exist in it. */
export function unreviewedNames(ruleText: string, generation: ReviewedGeneration): string[] {
  const known = generation.functions.filter(({ sha256 }) => sha256 !== null).map(({ name }) => name);
  return functionsNamedIn(ruleText).filter((name) => !known.includes(name));
}
