// Times `./scripts/lab run ...` as whole processes: wall time, phases out of results.json, memory given to a guest, peak
// memory of the harness and of QEMU, sampled from /proc. Prints minimum, median and maximum beside the target.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LAB = join(import.meta.dirname, "lab");
const RUNS = Number(process.argv[2] ?? 5);
const SAMPLE_MS = 20;
const GENERATIONS = ["bullseye", "bookworm", "trixie", "sid", "experimental"].map((suite) => `debian:${suite}/cloud`);

const MEMORY_TARGETS = { "harness MiB": 250, "guest's own MiB": 256 };

const ONE_CELL = "same-lower relay-off unicast macvlan/vepa>macvlan/vepa$";

const CASES = [
  // One cell: a whole run's predictions are worked out while the guest boots, on the other half of the same core.
  {
    name: "one cell, debian:bookworm/cloud, cold guest",
    kernels: ["debian:bookworm/cloud"],
    filter: ONE_CELL,
    target: { boot: 1.6 },
  },
  {
    name: "pairings, debian:bookworm/cloud, cold guest",
    kernels: ["debian:bookworm/cloud"],
    target: { wall: 5, boot: 1.6 },
  },
  { name: "pairings, host", kernels: ["host"], target: { wall: 1.5 }, root: true },
  { name: "pairings, five kernels", kernels: GENERATIONS, target: { wall: 20 } },
];

/** Peak resident memory in MiB of a process and of its QEMU children, as far as sampling sees it. */
function samplePeaks(pid, peaks) {
  const peak = (id) => {
    try {
      return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) / 1024;
    } catch {
      return 0;
    }
  };
  peaks.harness = Math.max(peaks.harness, peak(pid));
  for (const child of childrenOf(pid)) {
    // A child becomes QEMU only when it has replaced what it was started as.
    if (!peaks.guests.get(child)) peaks.guests.set(child, guestMemory(child));
    if (peaks.guests.get(child) > 0) peaks.qemu = Math.max(peaks.qemu, peak(child));
  }
}

/** MiB that QEMU gives its guest, from its command line; 0 for any other process. */
function guestMemory(pid) {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    if (!words.some((word) => /(^|\/)qemu-system-[^/]*$/.test(word))) return 0;
    const [, number, unit] = /^(?:size=)?(\d+)([MG]?)/.exec(words[words.lastIndexOf("-m") + 1]) ?? [];
    return Number(number) * (unit === "G" ? 1024 : 1);
  } catch {
    return 0;
  }
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(/\s+/).filter(Boolean);
  } catch {
    return [];
  }
}

function runOnce(kernels, out, filter) {
  const args = [
    "run",
    "pairings",
    ...kernels.flatMap((kernel) => ["--kernel", kernel]),
    "--out",
    out,
    ...(filter ? ["--filter", filter] : []),
  ];
  const started = performance.now();
  const child = spawn(LAB, args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const peaks = { harness: 0, qemu: 0, guests: new Map() };
  const sampler = setInterval(() => samplePeaks(child.pid, peaks), SAMPLE_MS);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearInterval(sampler);
      const wall = (performance.now() - started) / 1000;
      if (code !== 0) return reject(new Error(`exit code ${code}: ${args.join(" ")}\n${stderr}`));
      resolve(figuresOf(JSON.parse(readFileSync(join(out, "results.json"), "utf8")), wall, peaks));
    });
  });
}

function figuresOf({ run, kernels }, wall, peaks) {
  const guests = [...peaks.guests.values()].filter((memory) => memory > 0);
  const slowest = (phase) => Math.max(...kernels.map(({ seconds }) => seconds[phase]));
  return {
    wall,
    boot: slowest("boot"),
    topology: slowest("topology"),
    traffic: slowest("traffic"),
    decode: slowest("decode"),
    "other work on the kernel": Math.max(
      ...kernels.map(
        ({ seconds: { total, boot, topology, traffic, decode } }) => total - boot - topology - traffic - decode,
      ),
    ),
    "start and report": wall - run.seconds,
    "harness MiB": peaks.harness,
    ...(guests.length > 0 ? { "guest's own MiB": Math.max(...guests), "QEMU MiB, guest and all": peaks.qemu } : {}),
  };
}

function show(name, all, target) {
  console.log(`\n${name}: ${all.length} runs`);
  console.log(
    `${"".padEnd(26)}${["minimum", "median", "maximum", "target"].map((title) => title.padStart(9)).join("")}`,
  );
  for (const figure of Object.keys(all[0])) {
    const values = all.map((one) => one[figure]).sort((a, b) => a - b);
    const limit = target[figure] ?? MEMORY_TARGETS[figure];
    const columns = [values[0], values[Math.floor(values.length / 2)], values.at(-1)].map((value) =>
      value.toFixed(2).padStart(9),
    );
    console.log(`${figure.padEnd(26)}${columns.join("")}${limit === undefined ? "" : `<= ${limit}`.padStart(9)}`);
  }
}

const scratch = mkdtempSync(join(tmpdir(), "macvlab-bench-"));
try {
  for (const { name, kernels, target, root, filter } of CASES) {
    if (root && process.getuid() !== 0) {
      console.log(`\n${name}: left out, it needs root`);
      continue;
    }
    await runOnce(kernels, join(scratch, "warm"), filter);
    const all = [];
    for (let index = 0; index < RUNS; index++) all.push(await runOnce(kernels, join(scratch, "run"), filter));
    show(name, all, target);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
