import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnyCell, cellName } from "../../../lab/model/cell.ts";
import { fragmentOf } from "../../../reports/app/state.ts";
import { makeResults, NEW, OLD, SAMPLE, sampleCell, sampleKernel } from "../sample.ts";
import { openBrowser, openReport } from "./browser.ts";
import { rendered } from "./program.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const sample = { name: "sample", directory: "", results: SAMPLE };
const html = rendered(sample);
const MISMATCH = "pairings same-lower relay-on unicast macvtap/vepa>macvtap/bridge";

test("opens from disk, asks the network for nothing, and says first what changed", async () => {
  await using report = await openReport(browser, html);
  const heads = await report.page.locator("main h2").allTextContents();
  expect(heads[0]).toContain("What changed between kernels");
  expect(await report.page.locator("main").textContent()).toContain("NOT as expected");
  for (const tab of ["Matrix", "Checks", "Claims", "Findings", "Run"]) {
    await report.page.locator("nav").getByRole("link", { name: tab }).click();
    await report.page.waitForFunction(`document.querySelector("nav [aria-current]").textContent.startsWith("${tab}")`);
  }
  expect(report.complaints).toEqual([]);
});

test("a query selects, stands in the URL, and a reload shows the same", async () => {
  await using report = await openReport(browser, html, "#/matrix");
  const { page } = report;
  await page.keyboard.press("/");
  await page.keyboard.type("relay:on mode:vepa unicast");
  const shown = await page.getByRole("status").textContent();
  expect(shown).toMatch(/^\d+ of \d+ shown on 3 of 3 kernels$/);
  expect(page.url()).toContain("q=relay%3Aon+mode%3Avepa+unicast");
  await page.reload();
  await page.waitForSelector(".grid a");
  expect(await page.getByRole("status").textContent()).toBe(shown);
  await page.getByRole("button", { name: "is:different" }).click();
  expect(await page.getByRole("searchbox").inputValue()).toBe("relay:on mode:vepa unicast is:different");
  expect(report.complaints).toEqual([]);
});

test("the keyboard alone walks a matrix, opens a cell and comes back to the query", async () => {
  await using report = await openReport(browser, html, "#/matrix?q=kernel%3A7.2+relay%3Aon+unicast");
  const { page } = report;
  await page.locator(".grid a").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  const label = await page.evaluate("document.activeElement.getAttribute('aria-label')");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".parts");
  expect(await page.locator("h1").textContent()).toContain(String(label).split(":")[0]);
  await page.keyboard.press("Escape");
  await page.waitForSelector(".grid a");
  expect(await page.getByRole("searchbox").inputValue()).toBe("kernel:7.2 relay:on unicast");
  expect(report.complaints).toEqual([]);
});

test("a link to a mismatch shows what was expected and observed, and every part of its evidence", async () => {
  await using report = await openReport(browser, html, fragmentOf({ view: "cell", cell: MISMATCH, on: "6.12.48" }));
  const { page } = report;
  await page.waitForSelector(".parts");
  expect(await page.locator("h1").textContent()).toBe(
    "macvtap vepa to macvtap bridge, one lower device, relay on, unicast: not delivered, sent to the switch",
  );
  expect(await page.locator("[data-part]").count()).toBe(8);
  for (const part of await page.locator("[data-part] dd").all()) expect(await part.textContent()).not.toBe("");
  expect(await page.locator('[data-part="repro"]').textContent()).toContain("--filter");
  expect(report.complaints).toEqual([]);
});

test("a mismatch is explained: its fate, what the kernel told of each hop, and the hop that differs where another passes", async () => {
  const ends = { source: { kind: "macvlan", mode: "vepa" }, destination: { kind: "macvlan", mode: "bridge" } } as const;
  const asked: AnyCell = { placement: "same-lower", reflectiveRelay: true, traffic: "unicast", ...ends };
  const own = (kernel: string, path: [string, string, number, number][], parts: object) => ({
    ...sampleCell(kernel, asked, { copies: path.length > 3 ? 1 : 0, path } as never),
    expected: { copies: 1, by: "oracle" as const, rule: "some_function: why" },
    ...parts,
  });
  const way: [string, string, number, number][] = [
    ["endpoint", "out", 1, 10],
    ["lower", "out", 2, 11],
    ["switchPort", "in", 3, 12],
    ["switchPort", "out", 4, 13],
  ];
  const hops = [
    { function: "macvlan_start_xmit", device: "mv", at: 0, frame: 10 },
    { function: "br_handle_frame_finish", device: "swp", at: 9, frame: 12 },
  ];
  const ports = { swp: { hairpin: false, state: "forwarding" } };
  const devices = { mv: "endpoint", swp: "switchPort", low: "lower" };
  const common = { alone: true, down: [], drops: {}, lacking: [], lost: 0, lower: "low", port: "swp" };
  const trace = { ...common, hops, devices, capture: "captures/traced.pcapng", switch: { known: ["swp"], ports } };
  const results = makeResults({
    kernels: SAMPLE.kernels.filter(({ id }) => id === OLD || id === NEW),
    cells: [own(OLD, way, {}), own(NEW, way.slice(0, 3), { verdict: "mismatch", trace })],
  });
  const cell = `pairings ${cellName(asked)}`;
  const link = fragmentOf({ view: "cell", cell, on: "7.2.6" });
  await using report = await openReport(browser, rendered({ ...sample, results }), link);
  const why = report.page.locator("section.panel", { hasText: "as macvlab explain tells it" });
  await report.page.waitForSelector("text=first hop that differs");
  const text = await why.textContent();
  expect(text).toContain("dropped at br_handle_frame_finish on swp: no port it might leave by");
  expect(text).toContain("its table (bridge fdb) says swp; hairpin of swp is off");
  expect(text).toContain("event br_handle_frame_finish, frame 12");
  expect(text).toContain(`the switch port it is cabled to saw it go out on 6.12.48, where it is as expected (frame 13`);
  expect(await why.locator("a").getAttribute("href")).toBe("captures/traced.pcapng");
  expect(report.complaints).toEqual([]);
});

test("a run before a patch is another than the one after it, of the same kernel as well", async () => {
  const ends = { source: { kind: "macvlan", mode: "vepa" }, destination: { kind: "macvlan", mode: "bridge" } } as const;
  const asked: AnyCell = { placement: "same-lower", reflectiveRelay: true, traffic: "unicast", ...ends };
  const run = (name: string, copies: number, verdict: "match" | "mismatch") => {
    const path = [["endpoint", "out", 1, 10], ...(copies > 0 ? [["lower", "out", 2, 11]] : [])];
    const cell = sampleCell(OLD, asked, { copies, path } as never, { verdict });
    const expected = { copies: 1, by: "oracle" as const, rule: "some_function: why" };
    const kernels = [sampleKernel(OLD, "6.12.48")];
    return { name, directory: "", results: makeResults({ kernels, cells: [{ ...cell, expected }] }) };
  };
  const both = rendered(run("before", 1, "match"), run("after", 0, "mismatch"));
  const link = fragmentOf({ view: "cell", cell: `pairings ${cellName(asked)}`, on: "6.12.48 (after)" });
  await using report = await openReport(browser, both, link);
  await report.page.waitForSelector("text=first hop that differs");
  expect(
    await report.page.locator("section.panel", { hasText: "as macvlab explain tells it" }).textContent(),
  ).toContain("the sender's lower device saw it go out on 6.12.48 (before), where it is as expected");
});

/** The window's and the page's width in pixels, and which elements reach beyond the window with nothing to scroll them. */
const WIDTHS = `(() => {
  const scrolled = (element) =>
    element !== document.body && (getComputedStyle(element).overflowX !== "visible" || scrolled(element.parentElement));
  const beyond = (element) => element.getBoundingClientRect().right > innerWidth && !scrolled(element.parentElement);
  const wider = [...document.querySelectorAll("body *")].filter(beyond);
  const named = wider.map(({ tagName, className }) => tagName + "." + className);
  return { window: innerWidth, page: document.documentElement.scrollWidth, wider: named };
})()`;

test("fits a narrow screen, in light and in dark, and prints every matrix", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const narrow = { viewport: { width: 380, height: 800 }, colorScheme };
    await using report = await openReport(browser, html, "#/matrix", narrow);
    const { page } = report;
    // The browser may still be taking the window's size on: what counts is where the page comes to rest.
    await expect.poll(() => page.evaluate(WIDTHS), { timeout: 5000 }).toEqual({ window: 380, page: 380, wider: [] });
    const ground = String(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
    const [red = 0] = /\d+/.exec(ground)?.map(Number) ?? [];
    expect(red > 128).toBe(colorScheme === "light");
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await page.waitForFunction(
      "document.querySelectorAll('.block').length === document.querySelectorAll('.block:has(.grid)').length",
    );
    const printed = await page.pdf();
    expect(printed.length).toBeGreaterThan(10_000);
    expect(report.complaints).toEqual([]);
  }
});

test("names are text, whatever is in them", async () => {
  const evil = '</script><script>alert(1)</script><img src=x onerror="alert(2)">';
  const cell = { ...SAMPLE.cells[0], kernel: evil } as (typeof SAMPLE.cells)[number];
  const finding = { kind: "warning" as const, title: evil, log: evil };
  const health = { status: "warned" as const, findings: [finding] };
  const hostile = makeResults({
    kernels: [sampleKernel(evil, evil, { health })],
    cells: [{ ...cell, verdict: "mismatch", reason: evil, observed: { error: evil, at: evil } }],
    checks: SAMPLE.checks.map((check) => ({ ...check, kernel: evil, text: evil, observed: evil })),
  });
  await using report = await openReport(browser, rendered({ name: evil, directory: "", results: hostile }));
  for (const view of ["matrix", "checks", "claims", "findings", "run", "overview"]) {
    await report.page.evaluate(`location.hash = "#/${view}"`);
    await report.page.waitForSelector("main h1");
  }
  expect(await report.page.locator("main img, main script").count()).toBe(0);
  expect(report.complaints).toEqual([]);
});

test("a run that measured nothing, and one that was cut short, are shown as what they are", async () => {
  await using empty = await openReport(browser, rendered({ ...sample, results: makeResults() }), "#/matrix");
  expect(await empty.page.locator("main").textContent()).toContain("This run measured no cell.");
  const killed = makeResults({ kernels: SAMPLE.kernels, cells: SAMPLE.cells.filter(({ kernel }) => kernel === OLD) });
  const name = `pairings ${cellName(SAMPLE.cells[0] as AnyCell)}`;
  const link = fragmentOf({ view: "cell", cell: name, on: "7.2.6" });
  await using partial = await openReport(browser, rendered({ ...sample, results: killed }), link);
  await partial.page.waitForSelector(".reason");
  expect(await partial.page.locator("h1").textContent()).toContain("not measured");
  expect([...empty.complaints, ...partial.complaints]).toEqual([]);
});

test("two runs are told apart by class, and what they do not share is said", async () => {
  const cell = SAMPLE.cells.find(
    ({ kernel, verdict }) => kernel === NEW && verdict === "match",
  ) as (typeof SAMPLE.cells)[number];
  const worse = { ...cell, verdict: "mismatch" as const, observed: { ...cell.observed, copies: 7 } };
  const after = { ...SAMPLE, cells: SAMPLE.cells.map((one) => (one === cell ? worse : one)) };
  const version = { ...after, run: { ...after.run, id: "later", version: "9.9.9" } };
  const runs = [sample, { name: "later", directory: "", results: version }];
  await using report = await openReport(browser, rendered(...runs), "#/compare");
  const { page } = report;
  expect(await page.locator(".banner").textContent()).toContain("macvlab differs: 0.1.0 in sample, 9.9.9 in later");
  expect(await page.locator(".class.newly-failing").textContent()).toBe("1 newly failing");
  await page.locator(".class.newly-failing").click();
  await page.waitForSelector(".grid a");
  expect(await page.getByRole("status").textContent()).toMatch(/^1 of /);
  expect(report.complaints).toEqual([]);
});

test("a link sent from a report still leads to its cell in one rendered anew with rows added and reordered", async () => {
  const talk = { ...(SAMPLE.cells[0] as AnyCell), traffic: "tcp" } as AnyCell;
  const added = sampleCell(NEW, talk, { outcome: "answered" });
  const other = { ...SAMPLE, cells: [added, ...SAMPLE.cells.toReversed()], kernels: SAMPLE.kernels.toReversed() };
  const link = fragmentOf({ view: "cell", cell: MISMATCH, on: "6.12.48" });
  const titles = [];
  for (const results of [SAMPLE, other]) {
    await using report = await openReport(browser, rendered({ ...sample, results }), link);
    await report.page.waitForSelector(".parts");
    titles.push(await report.page.locator("article").textContent());
  }
  expect(titles[1]).toBe(titles[0]);
});
