/**
 * node scripts/record-checks.mjs RESULTS.JSON: keeps what the checks of the `ledger` that need no traffic came to, where
 * test/oracle/recorded-ledger.test.ts holds the oracle against it: test/oracle/recorded-ledger.json, by check and kernel.
 * The run to keep is one on a kernel of every generation of the driver.
 */
import { readFileSync, writeFileSync } from "node:fs";

const TARGET = new URL("../test/oracle/recorded-ledger.json", import.meta.url);

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("usage: node scripts/record-checks.mjs RESULTS.JSON\n");
  process.exit(2);
}
const { kernels, checks } = JSON.parse(readFileSync(file, "utf8"));
const recorded = {};
for (const { id, kernel, scenario, observed, verdict, evidence } of checks) {
  const isTraffic = evidence.length > 0;
  if (scenario !== "ledger" || verdict === "inconclusive" || isTraffic) continue;
  const { version } = kernels.find((one) => one.id === kernel);
  recorded[id] = { ...recorded[id], [version]: observed };
}
writeFileSync(TARGET, `${JSON.stringify(recorded, null, 2)}\n`);
process.stdout.write(`${Object.keys(recorded).length} checks on ${kernels.length} kernels\n`);
