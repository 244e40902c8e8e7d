/**
 * The facade over @vitest/runner: kernels are suites, cells and checks are tests, `--filter` is the runner's
 * name pattern. Nothing else in the lab knows the runner.
 */
import { beforeAll, startTests, type Task, test, type VitestRunner } from "@vitest/runner";

/** One kernel's work. */
export interface KernelSuite {
  /** Names of everything that can be asked. */
  readonly tests: readonly string[];
  /** Does all the work for the selected names at once; a failure fails every one of them. */
  readonly prepare: (selected: ReadonlySet<string>) => Promise<void>;
  /** Judges one name, once prepared: throws what makes it fail. */
  readonly judge: (name: string) => void;
}

export interface SuiteOptions {
  /** Tests whose name does not match are not run at all. */
  readonly filter?: RegExp | undefined;
  /** Kernels at a time. */
  readonly jobs: number;
}

/** Runs every suite, `jobs` at a time; resolves once all are done, whatever their outcome. */
export async function runSuites(suites: readonly KernelSuite[], options: SuiteOptions): Promise<void> {
  const waiting = [...suites];
  let collected = Promise.resolve();
  const work = async () => {
    for (let suite = waiting.shift(); suite; suite = waiting.shift()) {
      const { promise, done } = turn();
      const before = collected;
      collected = promise;
      await before;
      await runSuite(suite, options, done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, suites.length) }, work));
}

/**
 * One run of the runner per kernel, so that the tests of a kernel that is done with are let go. Collecting is the part
 * of it that uses globals: `collected` is called when the next may begin.
 */
async function runSuite(suite: KernelSuite, options: SuiteOptions, collected: () => void): Promise<void> {
  const runner: VitestRunner = {
    config: runnerConfig(options),
    importFile: () => register(suite),
    onCollected: collected,
  };
  try {
    await startTests([{ filepath: "scenarios" }], runner);
  } finally {
    collected();
  }
}

function turn(): { promise: Promise<void>; done: () => void } {
  let done = () => {};
  const promise = new Promise<void>((resolve) => {
    done = resolve;
  });
  return { promise, done };
}

/** At the file's top level: the runner's pattern is matched with the names of all suites around a test before its own. */
function register(suite: KernelSuite): void {
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the first parameter's pattern what a hook uses
  beforeAll(({}, { tasks }) => suite.prepare(selectedNames(tasks)));
  for (const name of suite.tests) test(name, () => suite.judge(name));
}

function selectedNames(tasks: readonly Task[]): Set<string> {
  return new Set(tasks.filter(({ mode }) => mode === "run" || mode === "queued").map(({ name }) => name));
}

function runnerConfig(options: SuiteOptions): VitestRunner["config"] {
  return {
    root: process.cwd(),
    setupFiles: [],
    name: undefined,
    passWithNoTests: true,
    testNamePattern: options.filter,
    allowOnly: false,
    sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
    chaiConfig: undefined,
    maxConcurrency: options.jobs, // one limit for all runs of the runner in this process
    testTimeout: 0,
    hookTimeout: 0,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  };
}
