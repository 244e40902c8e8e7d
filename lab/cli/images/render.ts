/** The images in the cache as a table. */
import type { Page } from "../../../reports/terminal-text.ts";
import { cacheDirectory } from "../../base/cache.ts";
import type { ImageEntry } from "../../image/index.ts";
import { columns, count, size, time } from "../kernels/text.ts";

const HEADS = ["IMAGE", "CONTENTS", "SIZE", "MADE", "BY", "FOR"] as const;
const SHORT = 12;

/** @param specs of cached kernels, by their hash. */
export function renderImages(page: Page, images: readonly ImageEntry[], specs: ReadonlyMap<string, string>): string {
  if (images.length === 0) return `no image in ${cacheDirectory("images")}\n`;
  const rows = images.map((image) => [
    image.userSpace ? `${image.what} (${image.userSpace})` : image.what,
    image.contents.slice(0, SHORT),
    size(image.size),
    time(image.at),
    builderOf(image),
    image.kernel ? (specs.get(image.kernel) ?? `kernel ${image.kernel.slice(0, SHORT)}`) : "every kernel",
  ]);
  const total = images.reduce((sum, image) => sum + image.size, 0);
  const sum = `${count(images.length, "image")}, ${size(total).trim()} in ${cacheDirectory("images")}`;
  return `${columns(page, HEADS, rows).join("\n")}\n\n${sum}\n`;
}

/** What fetched and unpacked packages, or compiled, where that could have been another. */
function builderOf({ what, builder }: ImageEntry): string {
  if (what === "agent") return "gcc";
  if (what === "user space") return builder ? `engine, ${builder}` : "apt";
  return "";
}
