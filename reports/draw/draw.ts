/**
 * Pictures of topologies: what the engine builds, as ASCII or SVG, with a frame's way over it where there is one. Pure, and
 * without anything of Node's, so that a page in a browser draws the same.
 */
import type { CellResult } from "../../lab/model/results.ts";
import type { Topology } from "../../lab/model/topology.ts";
import { renderAscii } from "./ascii.ts";
import { layOut } from "./layout.ts";
import { pairTopology } from "./pair-topology.ts";
import { type Picture, type PictureOptions, pictureOf } from "./picture.ts";
import { renderSvg } from "./svg.ts";
import { type Path, type Way, wayOf } from "./way.ts";

export type { PictureOptions };

export interface DrawOptions extends PictureOptions {
  readonly format: "svg" | "ascii";
  /** What it shows, in a line. */
  readonly title: string;
  /** Of a cell, as results have it; drawn where `source` and `destination` are said as well. */
  readonly path?: Path;
  /** Characters to stay within where that is possible; default 100. */
  readonly columns?: number;
}

/** A whole SVG document, or lines of ASCII, with a newline at the end. */
export function drawTopology(topology: Topology, options: DrawOptions): string {
  const { path, source, destination } = options;
  const way = path && source && destination ? wayOf({ topology, source, destination }, path) : undefined;
  const notes = [...(options.notes ?? []), ...(way ? wayNotes(way) : [])];
  return drawPicture({ ...pictureOf(topology, options), notes }, options, way);
}

export function drawPicture(
  picture: Picture,
  { format, title, columns = 100 }: Pick<DrawOptions, "format" | "title" | "columns">,
  way?: Way,
): string {
  const layout = layOut(picture, columns);
  if (format === "svg") return renderSvg(layout, title, way);
  const notes = picture.notes.length > 0 ? ["", ...picture.notes] : [];
  return [title, "", renderAscii(layout, way), ...notes, ""].join("\n");
}

/** A cell's two ends alone, with the way its frame took; `title` is the cell's id unless it is said. */
export function drawCell(
  cell: CellResult,
  options: Pick<DrawOptions, "format" | "columns"> & { readonly title?: string; readonly notes?: readonly string[] },
): string {
  const { topology, source, destination } = pairTopology(cell);
  const { path } = cell.observed;
  return drawTopology(topology, {
    title: cell.id,
    ...options,
    source,
    destination,
    relay: cell.reflectiveRelay ? "on" : "off",
    ...(path ? { path } : {}),
    ...(cell.lower === undefined ? {} : { lowerKind: cell.lower }),
    ...(cell.route === undefined ? {} : { further: [ROUTER] }),
  });
}

/** The router of conversations that cross one. */
export const ROUTER = { name: "router", what: "near and far subnet", ports: ["swp-near", "swp-far"] };

/** `1  out at a-mvl-vep1 after 12 us, frame 7878`. */
function wayNotes({ steps }: Way): string[] {
  return steps.map(
    ({ number, at, direction, microseconds, frame }) =>
      `#${number}  ${direction} at ${at} after ${microseconds} us (frame ${frame})`,
  );
}
