/** A report opened in Debian's Chromium, from disk, with everything it asks for and complains of on record. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Nothing of its own goes out: no updates, no accounts, no measuring. */
const QUIET = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Its sandbox does not work for root. */
export function openBrowser(): Promise<Browser> {
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: [...QUIET, ...root] });
}

export interface OpenReport extends AsyncDisposable {
  readonly page: Page;
  readonly path: string;
  /** Errors on the console and of the page, and requests for anything but the file itself. */
  readonly complaints: readonly string[];
}

export async function openReport(
  browser: Browser,
  html: string,
  fragment = "",
  options: BrowserContextOptions = {},
): Promise<OpenReport> {
  const directory = await mkdtemp(join(tmpdir(), "macvlab-report-"));
  const path = join(directory, "report.html");
  await writeFile(path, html);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (!/^(file:.*\/report\.html|data:)/.test(request.url())) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${path}${fragment}`);
  await page.waitForSelector("main h1");
  return {
    page,
    path,
    complaints,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
