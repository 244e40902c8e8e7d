/**
 * The test tiers, by file name: `*.netns.test.ts` needs root on Linux, `*.vm.test.ts` boots guests,
 * `*.browser.test.ts` opens reports in Chromium, the rest is pure.
 * Guests and namespaces share two cores and the running kernel: their files run one at a time, after the pure ones.
 */
import { defineConfig } from "vitest/config";

const NETNS = "test/**/*.netns.test.ts";
const VM = "test/**/*.vm.test.ts";
const BROWSER = "test/**/*.browser.test.ts";

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
          maxConcurrency: 64, // tests that go on beside one another take turns by themselves
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
