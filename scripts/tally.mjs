/**
 * `node tally.mjs REPORT STATUS` prints "PASSED FAILED SKIPPED" of one vitest run from its JSON report and exit status.
 * What failed without being a test (a file that does not load, an unhandled error, no report at all) counts as one.
 */
import { readFileSync } from "node:fs";

const [path, status] = process.argv.slice(2);

function read() {
  try {
    return JSON.parse(readFileSync(path, "utf8")).testResults;
  } catch {
    return [];
  }
}

const files = read();
const tests = files.flatMap((file) => file.assertionResults);
const passed = tests.filter((test) => test.status === "passed").length;
const failedTests = tests.filter((test) => test.status === "failed").length;
const failedFiles = files.filter(
  (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
).length;
const failed = failedTests + failedFiles;
console.log(passed, failed === 0 && status !== "0" ? 1 : failed, tests.length - passed - failedTests);
