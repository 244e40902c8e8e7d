import { describe, expect, test } from "vitest";
import { plant } from "./plant.ts";

const SOURCE = `
static int other(int a)
{
	return a + 1;
}

static int wanted(int a)
{
	if (a == 1)
		return a;
	return a + 1;
}
`;

const edit = (name: string | string[], find: RegExp, replace = "") => ({ function: name, find, replace });

describe("planting", () => {
  test("changes the named function alone", () => {
    expect(plant(SOURCE, [edit("wanted", /a \+ 1/, "a + 2")])).toBe(SOURCE.replace(/(wanted[\s\S]*)a \+ 1/, "$1a + 2"));
  });

  test("takes the function that has the place", () => {
    expect(plant(SOURCE, [edit(["other", "wanted"], /a == 1/, "a == 2")])).toContain("if (a == 2)");
  });

  test("makes one edit after the other", () => {
    expect(plant(SOURCE, [edit("other", /a \+ 1/, "a + 7"), edit("other", /7/, "8")])).toContain("return a + 8;");
  });

  test.for([
    [edit("missing", /a/), 'the source defines no "missing"'],
    [edit("wanted", /b/), '/b/ matches 0 times in "wanted" instead of once'],
    [edit("wanted", /return/), '/return/ matches 2 times in "wanted" instead of once'],
    [edit(["other", "wanted"], /a \+ 1/), '/a \\+ 1/ matches 2 times in "other" or "wanted" instead of once'],
  ] as const)("refuses what does not fit exactly: %s", ([wrong, sentence]) => {
    expect(() => plant(SOURCE, [wrong])).toThrow(sentence);
  });
});
