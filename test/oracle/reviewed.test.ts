import { expect, test } from "vitest";
import { changesSinceReview, hashFunctions, readReviewed, unreviewedNames } from "./reviewed.ts";

const sources = new Map([["a.c", "int f(void)\n{\n\treturn 1;\n}\n\nint g(void)\n{\n\treturn 2;\n}\n"]]);
const named = (name: string, file = "a.c") => ({ file, name, sha256: null });
const reviewed = hashFunctions([named("f"), named("g"), named("h"), named("f", "gone.c")], sources);

test("what is as it was reviewed is no change, nor is what still does not exist", () => {
  expect(reviewed.map(({ sha256 }) => sha256 !== null)).toEqual([true, true, false, false]);
  expect(changesSinceReview(reviewed, sources)).toEqual([]);
});

test.each([
  ["return 1", "return 3", ["f (a.c) has changed"]],
  ["int g(", "int k(", ["g (a.c) is missing"]],
  ["int g(", "int h(void) { }\n\nint g(", ["h (a.c) is new"]],
  ["return 1;", "return   1; /* why */", []],
])('"%s" -> "%s"', (from, to, changes) => {
  const changed = new Map([...sources].map(([file, text]) => [file, text.replace(from, to)]));
  expect(changesSinceReview(reviewed, changed)).toEqual(changes);
});

test("a file that is gone takes its functions with it", () => {
  expect(changesSinceReview(reviewed, new Map([["a.c", null]]))).toEqual(["f (a.c) is missing", "g (a.c) is missing"]);
});

test("a rule may only name functions its generation has", () => {
  const generation = {
    generation: "6.1",
    functions: [{ file: "a.c", name: "a_b", sha256: "0".repeat(64) }, named("a_c")],
  };
  expect(unreviewedNames("a_b, a_c: do it with c_d()", generation)).toEqual(["a_c", "c_d"]);
});

test("the record holds every function once per generation, and the same functions in each", async () => {
  const generations = await readReviewed();
  const names = generations.map(({ functions }) => functions.map(({ file, name }) => `${file} ${name}`));
  for (const each of names) expect(each).toEqual([...new Set(names[0])]);
  expect(new Set(generations.map(({ generation }) => generation)).size).toBe(generations.length);
});

test("no function of the record is missing in every generation", async () => {
  const all = (await readReviewed()).flatMap(({ functions }) => functions);
  const existing = new Set(all.filter(({ sha256 }) => sha256 !== null).map(({ name }) => name));
  expect(all.filter(({ name }) => !existing.has(name))).toEqual([]);
});
