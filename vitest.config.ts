/**
 * The test tiers, by file name: `*.netns.test.ts` needs root on Linux, `*.vm.test.ts` boots guests,
 * `*.browser.test.ts` opens reports in Chromium, the rest is pure.
 * Namespaces share the running kernel: their files run one at a time. A guest takes one of two cores: two files of guests at a
 * time, but for the file that keeps several guests busy by itself.
 */
import { defineConfig } from "vitest/config";

const NETNS = "test/**/*.netns.test.ts";
const VM = "test/**/*.vm.test.ts";
const FAULTS = "test/faults/faults.vm.test.ts";
const BROWSER = "test/**/*.browser.test.ts";

/** Tests of one file that go on beside one another take turns by themselves, and wait for long. */
const GUESTS = { maxConcurrency: 64, testTimeout: 300_000, hookTimeout: 300_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "pure",
          include: ["test/**/*.test.ts"],
          exclude: [NETNS, VM, BROWSER],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "browser",
          include: [BROWSER],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "netns",
          include: [NETNS],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "vm",
          include: [VM],
          exclude: [FAULTS],
          maxWorkers: 2,
          ...GUESTS,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "vm-faults",
          include: [FAULTS],
          fileParallelism: false,
          ...GUESTS,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
