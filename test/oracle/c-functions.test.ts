import { describe, expect, test } from "vitest";
import { functionHash, functionTexts, normalise } from "./c-functions.ts";

const BODY = "{\n\treturn 1;\n}";

describe("finding a function", () => {
  test.each([
    ["on one line", `static int f(int a) ${BODY}`],
    ["with its type on a line of its own", `static inline const struct net_device *\nf(struct sk_buff **skb)\n${BODY}`],
    ["with parameters over several lines", `static bool f(struct a *a,\n\t      struct b *b)\n${BODY}`],
    ["taking a function", `int f(int (*call)(int, void *), void *data)\n${BODY}`],
    ["with attributes behind the parameters", `static void f(void)\n\t__acquires(lock) __must_hold(&other)\n${BODY}`],
  ])("%s", (_how, text) => {
    const around = `int g(int x)\n{\n\treturn f(x);\n}\n\n${text}\nEXPORT_SYMBOL_GPL(f);\n\nint h(void)\n${BODY}\n`;
    expect(functionTexts(around, "f")).toEqual([text]);
  });

  test("a declaration, a call, an initialiser and a longer name are not it", () => {
    const source = `int f(int a);\nint my_f(int a) ${BODY}\nint f_2(int a) ${BODY}
static struct ops ops = { .open = f, .size = sizeof(f(1)), };\nint g(void) { if (f(1)) { return 2; } return 3; }`;
    expect(functionTexts(source, "f")).toEqual([]);
    expect(functionHash(source, "f")).toBeUndefined();
  });

  test("the type of a function directly behind another declaration is taken along, the declaration is not", () => {
    expect(functionTexts("static int limit = 3;\nstatic int\nf(void) { return limit; }", "f")).toEqual([
      "static int\nf(void) { return limit; }",
    ]);
  });

  test("a comment above is no part of it, also directly above", () => {
    expect(functionTexts(`int x;\n\n/* f(1) {\n * does it; }\n */\nint f(void) ${BODY}`, "f")).toEqual([
      `int f(void) ${BODY}`,
    ]);
  });
});

describe("what looks like a brace", () => {
  test.each([
    ["in a string", `printk("}%s\\"}", "{");`],
    ["in a character", "if (c == '}' || c == '\\'' || c == '{') c++;"],
    ["in a comment", "/* } */ x++; // }\n"],
    ["in a macro", "#define LEAVE } while (0); \\\n\t} \\\n\t}\nx++;"],
    ["opened in two branches and closed once", "#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\tx++; }"],
    ["closed in two branches", "if (a) {\n#if A\n\tx++; }\n#elif B\n\ty++; }\n#else\n\t}\n#endif\n"],
  ])("%s", (_where, inside) => {
    const text = `int f(char c)\n{\n\t${inside}\n\treturn 1;\n}`;
    expect(functionTexts(`${text}\n\nint g(void)\n${BODY}\n`, "f")).toEqual([text]);
    expect(functionTexts(`${text}\n\nint g(void)\n${BODY}\n`, "g")).toEqual([`int g(void)\n${BODY}`]);
  });

  test("a macro that looks like the function is not it", () => {
    expect(functionTexts(`#define f(a) \\\n\t{ a; }\nint g(void) ${BODY}`, "f")).toEqual([]);
  });
});

test("both definitions count where the configuration chooses one", () => {
  const source = `#ifdef A\nint f(void)\n{\n\treturn 1;\n}\n#else\nint f(void)\n{\n\treturn 2;\n}\n#endif\n`;
  expect(functionTexts(source, "f")).toEqual(["int f(void)\n{\n\treturn 1;\n}", "int f(void)\n{\n\treturn 2;\n}"]);
  expect(functionHash(source, "f")).not.toBe(functionHash(source.replace("return 2", "return 3"), "f"));
});

describe("the hash", () => {
  const source = 'static int f(int a)\n{\n\t/* why */\n\treturn a + g("a  /* b */", \'"\');\n}\n';

  test("is that of the folded text", () => {
    expect(normalise(source)).toBe(
      'static int f(int a) { return a + g("a  /* b */", \'"\'); }'.replace("a  /*", "a /*"),
    );
    expect(functionHash(source, "f")).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ["indentation and line breaks", source.replaceAll("\t", "        ").replace(" a + g", "\n\t\ta + g")],
    ["comments", source.replace("/* why */", "// because\n").replace("return", "return /* now */")],
    ["what stands around it", `#include <a.h>\nint g(void) ${BODY}\n\n${source}\nint h(void) ${BODY}\n`],
  ])("survives changes of %s", (_what, changed) => {
    expect(changed).not.toBe(source);
    expect(functionHash(changed, "f")).toBe(functionHash(source, "f"));
  });

  test.each([
    ["the code", source.replace("a + g", "a - g")],
    ["a literal", source.replace("/* b */", "/* c */")],
    ["the parameters", source.replace("int a", "long a")],
    ["the return type", source.replace("static int", "static long")],
  ])("changes with %s", (_what, changed) => {
    expect(changed).not.toBe(source);
    expect(functionHash(changed, "f")).not.toBe(functionHash(source, "f"));
  });
});
