/**
 * A laid-out picture as an SVG: its own colours for light and dark, text as text, nothing loaded from anywhere. May stand
 * in a file or in a page, several to a page.
 */
import type { Edge, Frame, Layout, PlacedBox } from "./shapes.ts";
import { routes } from "./svg-route.ts";
import { SCALE } from "./svg-scale.ts";
import { SVG_STYLE } from "./svg-style.ts";
import { escapeXml, place } from "./svg-text.ts";
import type { Way } from "./way.ts";

const MARGIN = 12;
const NOTE_HEIGHT = 18;
const TITLE_HEIGHT = 26;

/** @param title what it shows, above it and for those who do not see it. */
export function renderSvg(layout: Layout, title: string, way?: Way): string {
  const width = Math.max(
    layout.width * SCALE.x,
    8 * Math.max(title.length, ...layout.notes.map((note) => note.length)),
  );
  const drawn = layout.height * SCALE.y;
  const height = TITLE_HEIGHT + drawn + (layout.notes.length > 0 ? 12 : 0) + layout.notes.length * NOTE_HEIGHT;
  const [w, h] = [width + 2 * MARGIN, height + 2 * MARGIN].map(Math.ceil);
  const left = MARGIN + (width - layout.width * SCALE.x) / 2;
  const notes = layout.notes.map(
    (note, index) =>
      `<text class="note" x="${MARGIN}" y="${MARGIN + TITLE_HEIGHT + drawn + 24 + index * NOTE_HEIGHT}">${escapeXml(note)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="topology" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${SVG_STYLE}</style>`,
    `<rect class="paper" width="${w}" height="${h}"/>`,
    `<text class="title" x="${MARGIN}" y="${MARGIN + 14}">${escapeXml(title)}</text>`,
    `<g transform="translate(${place(left)} ${MARGIN + TITLE_HEIGHT})">`,
    ...layout.frames.map(frame),
    ...layout.edges.map(edge),
    ...layout.boxes.map(box),
    ...(way ? routes(layout, way) : []),
    "</g>",
    ...notes,
    "</svg>",
    "",
  ].join("\n");
}

function box({ x, y, width, height, lines, role, end }: PlacedBox): string {
  const [left, top, w, h] = [x * SCALE.x, y * SCALE.y + 2, width * SCALE.x, height * SCALE.y - 4];
  const first = top + (h - lines.length * 16) / 2 + 12;
  const text = lines.map(
    (line, index) =>
      `<text class="${index === 0 ? "name" : "what"}" x="${place(role === "switch" ? left + 12 : left + w / 2)}" y="${place(first + index * 16)}">${escapeXml(line)}</text>`,
  );
  const rect = `<rect x="${place(left)}" y="${place(top)}" width="${place(w)}" height="${place(h)}" rx="5"/>`;
  return `<g class="box ${role}${end ? ` ${end}` : ""}">${rect}${text.join("")}</g>`;
}

function frame({ x, y, width, height, label, labelAt }: Frame): string {
  const [left, top] = [x * SCALE.x, y * SCALE.y];
  const baseline = top + (labelAt === "top" ? 13 : height * SCALE.y - 8);
  return [
    `<g class="frame"><rect x="${left}" y="${top}" width="${width * SCALE.x}" height="${height * SCALE.y}" rx="9"/>`,
    `<text x="${left + 10}" y="${baseline}">${escapeXml(label)}</text></g>`,
  ].join("");
}

function edge({ points, severed }: Edge): string {
  return `<polyline class="cable${severed ? " severed" : ""}" points="${points.map(([x, y]) => `${place((x + 0.5) * SCALE.x)},${place((y + 0.5) * SCALE.y)}`).join(" ")}"/>`;
}
