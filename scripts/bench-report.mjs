// Times report.html as people meet it: rendering as a whole process (and without what another reporter takes to read the same
// run and say next to nothing of it), opening and filtering in Debian's Chromium, from disk.
// Five kernels are measured by a run of pairings; forty are those five eight times over under other names, with other
// times, so that no two compress to one. Prints minimum, median and maximum beside the target.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { GENERATIONS, show } from "./bench-table.mjs";

const ROOT = join(import.meta.dirname, "..");
const TIMES = Number(process.argv[2] ?? 5);
const COPIES = 8;

const FIVE = { "file MB": 3, "rendering s": 1, "rendering MiB": 200, "usable s": 1, "filter ms": 100 };
const FORTY = { "file MB": 15, "usable s": 3 };

/** Of one query after another: the box's own tokens, two of them at once, and words of a cell's name. */
const QUERIES = ["relay:on", "mode:vepa", "is:different", "relay:off mode:bridge", "traffic:broadcast", "passthru"];

/** Has the lab's process tell its own peak, KiB, as it ends. */
const TELL_PEAK = `data:text/javascript,process.on("exit",()=>process.stderr.write("\\npeak "+process.resourceUsage().maxRSS))`;

/** Runs the lab as a child: how long it took, and its peak memory. */
function lab(...args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(join(ROOT, "scripts/lab"), args, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, NODE_OPTIONS: `--import=${encodeURI(TELL_PEAK)}` },
  });
  if (status !== 0) throw new Error(`exit code ${status}: lab ${args.join(" ")}\n${stderr}`);
  return { seconds: (performance.now() - started) / 1000, mib: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024 };
}

/** The results eight times over. */
function forty(results) {
  const copies = Array.from({ length: COPIES }, (_, copy) => renamed(results, copy));
  return {
    ...results,
    kernels: copies.flatMap(({ kernels }) => kernels),
    cells: copies.flatMap(({ cells }) => cells),
    checks: copies.flatMap(({ checks }) => checks),
  };
}

function renamed({ kernels, cells, checks }, copy) {
  const name = (id) => id.replace("/cloud", `/cloud=copy${copy}`);
  const later = (path) => path?.map(([place, way, ns, ...more]) => [place, way, ns + copy * 37, ...more]);
  return {
    kernels: kernels.map((one) => ({ ...one, id: name(one.id), version: `${one.version}.${copy}` })),
    cells: cells.map((cell) => ({
      ...cell,
      id: name(cell.id),
      kernel: name(cell.kernel),
      observed: { ...cell.observed, ...(cell.observed.path ? { path: later(cell.observed.path) } : {}) },
    })),
    checks: checks.map((check) => ({ ...check, id: check.id, kernel: name(check.kernel) })),
  };
}

/** Seconds from the start of the navigation to the first frame drawn with the view in it. */
async function opening(page, path, fragment, ready) {
  await page.goto("about:blank");
  await page.goto(`file://${path}${fragment}`);
  await page.waitForSelector(ready);
  return page.evaluate("new Promise((done) => requestAnimationFrame(() => done(performance.now() / 1000)))");
}

/** Milliseconds from a query's last key to the frame drawn after the matrix has followed. */
const filtering = (page, query) =>
  page.evaluate((text) => {
    const box = document.querySelector("input[type=search]");
    const started = performance.now();
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    return new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now() - started))));
  }, query);

async function inBrowser(browser, path) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const overview = await opening(page, path, "", "main h1");
  const usable = await opening(page, path, "#/matrix", ".grid a");
  const waits = [];
  for (const query of QUERIES) {
    const before = await page.getByRole("status").textContent();
    waits.push(await filtering(page, query));
    const after = await page.getByRole("status").textContent();
    if (after === before) throw new Error(`the query "${query}" changed nothing: ${after}`);
  }
  await page.close();
  return { "overview s": overview, "usable s": Math.max(overview, usable), "filter ms": Math.max(...waits) };
}

async function times(name, browser, results, targets) {
  const html = join(scratch, `${name.replaceAll(" ", "-")}.html`);
  const all = [];
  for (let index = 0; index < TIMES; index++) {
    const reading = lab("report", results, "--reporter", "annotations").seconds;
    const { seconds, mib } = lab("report", results, "--reporter", `html=${html}`);
    const file = {
      "file MB": statSync(html).size / 1e6,
      "read and rendered s": seconds,
      "rendering s": seconds - reading,
    };
    all.push({ ...file, "rendering MiB": mib, ...(await inBrowser(browser, html)) });
  }
  show(`report.html, ${name}`, all, targets);
}

const scratch = mkdtempSync(join(tmpdir(), "macvlab-bench-"));
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ],
});
try {
  const run = join(scratch, "run");
  lab("run", "pairings", ...GENERATIONS.flatMap((kernel) => ["--kernel", kernel]), "--out", run);
  await times("5 kernels", browser, join(run, "results.json"), FIVE);
  const many = join(scratch, "forty.json");
  const results = forty(JSON.parse(readFileSync(join(run, "results.json"), "utf8")));
  writeFileSync(many, JSON.stringify(results));
  await times("40 kernels", browser, many, FORTY);
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}
