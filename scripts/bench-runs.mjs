// Times `./scripts/lab run ...` as whole processes: wall time, phases out of results.json, memory given to a guest, peak
// memory of the harness and of QEMU, sampled from /proc. Prints minimum, median and maximum beside the target.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GENERATIONS, median, show } from "./bench-table.mjs";

const LAB = join(import.meta.dirname, "lab");
const RUNS = Number(process.argv[2] ?? 5);
const SAMPLE_MS = 20;
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

/** The same in two guests, the switch in its own: at most this many times one guest's time, for each generation. */
const TWO_GUESTS = 2;

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

function runOnce({ kernels, filter, more = [] }, out) {
  const args = [
    "run",
    "pairings",
    ...kernels.flatMap((kernel) => ["--kernel", kernel]),
    "--out",
    out,
    ...(filter ? ["--filter", filter] : []),
    ...more,
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

async function timesOf(one) {
  await runOnce(one, join(scratch, "warm"));
  const all = [];
  for (let index = 0; index < RUNS; index++) all.push(await runOnce(one, join(scratch, "run")));
  return all;
}

/** Runs in one guest and in two by turns: what else the machine does meets both. */
async function switchGuest(kernel) {
  const pair = [{ kernels: [kernel] }, { kernels: [kernel], more: ["--switch", "guest"] }];
  for (const one of pair) await runOnce(one, join(scratch, "warm"));
  const all = [];
  for (let index = 0; index < RUNS; index++) {
    const [one, two] = [await runOnce(pair[0], join(scratch, "run")), await runOnce(pair[1], join(scratch, "run"))];
    all.push({ "one guest s": one.wall, "two guests s": two.wall });
  }
  const ratio = median(all.map((run) => run["two guests s"] / run["one guest s"]));
  show(`pairings, --switch guest, ${kernel}: median ${ratio.toFixed(2)} times (<= ${TWO_GUESTS})`, all, {});
}

const scratch = mkdtempSync(join(tmpdir(), "macvlab-bench-"));
try {
  for (const { name, target, root, ...one } of CASES) {
    if (root && process.getuid() !== 0) console.log(`\n${name}: left out, it needs root`);
    else show(name, await timesOf(one), { ...MEMORY_TARGETS, ...target });
  }
  for (const kernel of GENERATIONS) await switchGuest(kernel);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
