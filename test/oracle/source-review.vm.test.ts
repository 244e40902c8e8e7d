/**
 * Is the source the oracle's rules were written from still the source Debian ships? Needs the archive, no root.
 * With MACVLAB_ORACLE_REVIEW the record is brought up to date instead: `known` for the generations in it, or a list
 * of generations, new ones included. Read the changes first: the record says that somebody did.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { type DriverSource, driverSource } from "./driver-source.ts";
import { changesSinceReview, hashFunctions, type ReviewedGeneration, readReviewed, writeReviewed } from "./reviewed.ts";
import { newestSource, openSourceArchive, type SourceArchive } from "./source-archive.ts";

const MEND =
  "  -> read what changed, bring the rules of lab/oracle in line, then record the review: npm run oracle:review";
const review = process.env.MACVLAB_ORACLE_REVIEW;
const reviewed = await readReviewed();
const generations = reviewed.map(({ generation }) => generation);
let archive: SourceArchive;

beforeAll(async () => {
  archive = await openSourceArchive();
});

if (review) describe("the review is recorded", () => record(review));
else describe("the functions the oracle rests on are those that were reviewed", compare);

function compare(): void {
  test.for(generations)("in %s", async (generation, { skip }) => {
    const source = await sourceOf(generation);
    if (!source) return skip(notOffered(generation));
    const changes = changesSinceReview(recorded(generation), source.files);
    const { name, version, suite } = source.package;
    const where = `${name} ${version} of ${suite}, unpacked in "${source.directory}" (beside versions met before)`;
    if (changes.length > 0) expect.fail([`kernel ${generation}: ${changes.join(", ")}`, where, MEND].join("\n"));
  });
}

function record(wanted: string): void {
  test.for(wanted === "known" ? generations : wanted.split(/[\s,]+/))("of %s", async (generation, { skip }) => {
    const source = await sourceOf(generation);
    if (!source) return skip(notOffered(generation));
    const others = (await readReviewed()).filter((each) => each.generation !== generation);
    const entry = { generation, functions: hashFunctions(recorded(generation), source.files) };
    for (const change of changesSinceReview(recorded(generation), source.files))
      console.log(`${generation}: ${change}`);
    await writeReviewed([...others, entry].sort(byGeneration));
    expect((await readReviewed()).find((each) => each.generation === generation)).toEqual(entry);
  });
}

async function sourceOf(generation: string): Promise<DriverSource | undefined> {
  const found = await newestSource(archive, generation);
  return found && driverSource(archive, found, [...new Set(recorded(generation).map(({ file }) => file))]);
}

/** A generation that is not in the record yet starts with the functions of the newest that is. */
function recorded(generation: string): ReviewedGeneration["functions"] {
  const newest = reviewed.at(-1)?.functions ?? [];
  const fresh = newest.map(({ file, name }) => ({ file, name, sha256: null }));
  return reviewed.find((each) => each.generation === generation)?.functions ?? fresh;
}

function notOffered(generation: string): string {
  return [`no suite offers linux-source-${generation}`, ...archive.refused].join("\n");
}

function byGeneration(a: ReviewedGeneration, b: ReviewedGeneration): number {
  return a.generation.localeCompare(b.generation, "en", { numeric: true });
}
