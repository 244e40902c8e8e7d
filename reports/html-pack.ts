/** Data inside an HTML file: compressed, and in letters no HTML parser reads anything into. */
import { deflateRawSync } from "node:zlib";

/** A script element no browser runs. Whatever a name holds, nothing of it is outside the letters of base64. */
export function dataElement(id: string, value: unknown): string {
  const packed = deflateRawSync(JSON.stringify(value), { level: 5 }).toString("base64");
  return `<script type="application/octet-stream" id="data-${id}">${packed}</script>\n`;
}
