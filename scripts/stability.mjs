// The same run many times over: not one observation may differ. See scripts/stability.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

const LAB = join(import.meta.dirname, "lab");
const OUT = join("runs", "stability");
const GENERATIONS = ["bullseye", "bookworm", "trixie", "sid", "experimental"].map((suite) => `debian:${suite}/cloud`);

const separator = process.argv.indexOf("--");
const numbers = process.argv.slice(2, separator < 0 ? undefined : separator).map(Number);
const kernels = separator < 0 ? GENERATIONS : process.argv.slice(separator + 1);
const [runs = 10, busy = 2] = numbers;

function startBusy() {
  const loops = Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ["-e", "for(;;);"]));
  return () => {
    for (const loop of loops) loop.kill("SIGKILL");
  };
}

function runOnce(out) {
  const args = ["run", ...kernels.flatMap((kernel) => ["--kernel", kernel]), "--out", out];
  const child = spawn(LAB, args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`exit code ${code} in ${out}\n${stderr}`)),
    );
  });
}

/**
 * By cell and check: all that was observed but what is meant to differ, times, frame numbers, which groups leaked, and how
 * many tries a conversation took.
 */
function observationsOf(out) {
  const { cells, checks, run } = JSON.parse(readFileSync(join(out, "results.json"), "utf8"));
  const text = ({ observed: { copies, echo, wire, as, error, seen, outcome }, verdict }) =>
    JSON.stringify({ copies, echo, wire, as, error, seen, outcome, verdict });
  const told = [
    ...cells.map((cell) => [cell.id, text(cell)]),
    ...checks.map(({ kernel, scenario, id, observed, verdict }) => [
      `${scenario} ${kernel} ${id}`,
      JSON.stringify({ observed, verdict }),
    ]),
  ];
  return { seconds: run.seconds, cells: new Map(told) };
}

let first;
let differences = 0;
for (let index = 1; index <= runs; index++) {
  const isBusy = index > runs - busy;
  const out = join(OUT, String(index).padStart(2, "0"));
  const stop = isBusy ? startBusy() : () => {};
  try {
    await runOnce(out);
  } finally {
    stop();
  }
  const { seconds, cells } = observationsOf(out);
  first ??= cells;
  const changed = [...cells].filter(([id, text]) => first.get(id) !== text);
  differences += changed.length + Math.abs(cells.size - first.size);
  for (const [id, text] of changed.slice(0, 10))
    console.log(`${id}\n  run 1: ${first.get(id)}\n  run ${index}: ${text}`);
  console.log(
    `${out}: ${cells.size} cells and checks in ${seconds.toFixed(1)} s${isBusy ? ", processors busy" : ""}, ${changed.length} differ`,
  );
}
console.log(differences === 0 ? `${runs} runs, no observation differs` : `${differences} observations differ`);
process.exitCode = differences === 0 ? 0 : 1;
