/** Text and numbers inside an SVG. */

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] as string).replace(/\p{Cc}/gu, " ");
}

/** To a tenth of a pixel. */
export function place(value: number): number {
  return Math.round(value * 10) / 10;
}
