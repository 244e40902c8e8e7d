/**
 * node scripts/record-run.mjs RESULTS.JSON: keeps what a run observed, one line per cell and check, where
 * test/oracle/recorded-run.test.ts holds the oracle against it: test/oracle/recorded/MAJOR.MINOR.json for each of the
 * run's kernels. The run to keep is one of everything, on a kernel per generation of the driver:
 *
 *   macvlab run pairings basics --kernel debian:bookworm/cloud --kernel debian:sid/cloud
 *
 * A cell's line is "copies echo wire packet-types", or the errno the kernel refused it with. Nothing inconclusive is kept.
 */
import { readFileSync, writeFileSync } from "node:fs";

const FOLDER = new URL("../test/oracle/recorded/", import.meta.url);

function observedOf({ copies, echo, wire, as = [], error }) {
  return error ?? [copies, echo, wire, as.join("+")].join(" ").trim();
}

function recordingOf(kernel, { cells, checks }) {
  const conclusive = (results) => results.filter((one) => one.kernel === kernel.id && one.verdict !== "inconclusive");
  const nameOf = ({ id, scenario }) => id.slice(`${scenario} ${kernel.id} `.length);
  return {
    release: kernel.release,
    version: kernel.version,
    cells: Object.fromEntries(conclusive(cells).map((cell) => [nameOf(cell), observedOf(cell.observed)])),
    checks: Object.fromEntries(conclusive(checks).map(({ id, observed }) => [id, observed])),
  };
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("usage: node scripts/record-run.mjs RESULTS.JSON\n");
  process.exit(2);
}
const results = JSON.parse(readFileSync(file, "utf8"));
for (const kernel of results.kernels) {
  const name = `${kernel.version.split(".").slice(0, 2).join(".")}.json`;
  const recording = recordingOf(kernel, results);
  writeFileSync(new URL(name, FOLDER), `${JSON.stringify(recording, null, 2)}\n`);
  const kept = `${Object.keys(recording.cells).length} cells, ${Object.keys(recording.checks).length} checks`;
  process.stdout.write(`${name}: ${kept} of ${kernel.release}\n`);
}
