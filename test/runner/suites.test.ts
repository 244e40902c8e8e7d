/** The facade over the runner, in a process of its own: inside a test the runner would be this very one. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { describe, expect, test } from "vitest";

const run = promisify(execFile);
const ROOT = new URL("../..", import.meta.url);
const MODULE = transpileModule(readFileSync(new URL("lab/runner/suites.ts", ROOT), "utf8"), {
  compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022, verbatimModuleSyntax: true },
}).outputText;

/** What suites record: `prepare NAME,NAME`, `judge NAME`, in the order it happened. */
const RECORDER = `
const log = [];
const suiteOf = (tests, prepare = async () => {}, judge = () => {}) => ({
  tests,
  prepare: async (selected) => { log.push("prepare " + [...selected].join()); await prepare(); log.push("prepared"); },
  judge: (name) => { log.push("judge " + name); judge(name); },
});
`;

async function logOf(script: string): Promise<string[]> {
  const code = `${MODULE}\n${RECORDER}\n${script}\nconsole.log("LOG " + JSON.stringify(log));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: ROOT });
  return JSON.parse(
    stdout
      .split("\n")
      .find((line) => line.startsWith("LOG "))
      ?.slice(4) ?? "null",
  );
}

describe("runSuites", () => {
  test("prepares all names at once, then judges each", async () => {
    const log = await logOf(`await runSuites([suiteOf(["a one", "a two"])], { jobs: 1 });`);
    expect(log.slice(0, 2)).toEqual(["prepare a one,a two", "prepared"]);
    expect(log.slice(2).sort()).toEqual(["judge a one", "judge a two"]);
  });

  test("the filter is the runner's: it leaves names out before anything is prepared", async () => {
    const log = await logOf(`await runSuites([suiteOf(["a one", "a two", "b one"])], { jobs: 1, filter: /a .*o$/ });`);
    expect(log).toEqual(["prepare a two", "prepared", "judge a two"]);
  });

  test("the filter is matched with the name alone, from its first character to its last", async () => {
    const log = await logOf(`await runSuites([suiteOf(["a one", "b a one"])], { jobs: 1, filter: /^a one$/ });`);
    expect(log).toEqual(["prepare a one", "prepared", "judge a one"]);
  });

  test("more jobs than there are suites, or could be, are no trouble", async () => {
    const log = await logOf(`await runSuites([suiteOf(["a"])], { jobs: 5_000_000_000 });`);
    expect(log).toEqual(["prepare a", "prepared", "judge a"]);
  });

  test("a suite nothing is selected of judges nothing", async () => {
    const log = await logOf(`await runSuites([suiteOf(["a"]), suiteOf(["b"])], { jobs: 1, filter: /b/ });`);
    expect(log.filter((line) => line.startsWith("judge"))).toEqual(["judge b"]);
    expect(log.filter((line) => /^prepare ./.test(line))).toEqual(["prepare b"]);
  });

  test("a preparation that fails judges none of its names, and all of the others'", async () => {
    const broken = `async () => { throw new Error("no kernel"); }`;
    const log = await logOf(`await runSuites([suiteOf(["a"], ${broken}), suiteOf(["b"])], { jobs: 1 });`);
    expect(log).toEqual(["prepare a", "prepare b", "prepared", "judge b"]);
  });

  test("a name that fails stops no other, and is not tried again", async () => {
    const log = await logOf(
      `await runSuites([suiteOf(["a", "b", "c"], undefined, (name) => { if (name === "b") throw new Error("no"); })], { jobs: 1 });`,
    );
    expect(log.slice(2).sort()).toEqual(["judge a", "judge b", "judge c"]);
  });

  test.each([1, 2, 3])("%d kernels at a time", async (jobs) => {
    const log = await logOf(`
      let running = 0, most = 0, full;
      const allRunning = new Promise((resolve) => { full = resolve; });
      const work = async () => {
        most = Math.max(most, ++running);
        if (running === ${jobs}) full();
        await allRunning;
        for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
        running--;
      };
      await runSuites(["a", "b", "c", "d"].map((name) => suiteOf([name], work)), { jobs: ${jobs} });
      log.push("most " + most);`);
    expect(log.at(-1)).toBe(`most ${jobs}`);
    expect(log.filter((line) => line.startsWith("judge")).sort()).toEqual(["judge a", "judge b", "judge c", "judge d"]);
  });
});
