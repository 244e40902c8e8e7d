/** Colours of a picture, light and dark; ends and the frame's way are told apart by shape as well. */
const LIGHT =
  "--paper:#fff;--ink:#1c2530;--soft:#55606e;--line:#8a94a1;--endpoint:#eef4fc;--host:#f3f3f0;--lower:#e3ecdf;--port:#fbf3dc;--switch:#f6e7c3;--way:#b3261e;--on-way:#fff";
const DARK =
  "--paper:#14181d;--ink:#e8edf3;--soft:#a9b4c0;--line:#76828f;--endpoint:#1e2c3f;--host:#2a2b2c;--lower:#23331f;--port:#38301a;--switch:#4a3c17;--way:#ff8a80;--on-way:#14181d";

export const SVG_STYLE = [
  `.topology{${LIGHT}}`,
  `@media(prefers-color-scheme:dark){.topology{${DARK}}}`,
  ".topology text{fill:var(--ink);font:13px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}",
  ".topology .paper{fill:var(--paper)}",
  ".topology .title{font-weight:bold}",
  ".topology .box text{text-anchor:middle}",
  ".topology .name{font-weight:bold}.topology .switch text{text-anchor:start}",
  ".topology .what,.topology .note,.topology .frame text{fill:var(--soft);font-size:12px}",
  ".topology .box rect{stroke:var(--line);stroke-width:1.2;fill:var(--endpoint)}",
  ".topology .lower rect,.topology .between rect{fill:var(--lower)}.topology .port rect{fill:var(--port)}.topology .switch rect{fill:var(--switch)}",
  ".topology .lower-host rect,.topology .external-host rect{fill:var(--host)}",
  ".topology .lower-host rect{stroke-dasharray:4 3}",
  ".topology .source rect,.topology .destination rect{stroke:var(--ink);stroke-width:2.6}",
  ".topology .frame rect{fill:none;stroke:var(--line);stroke-dasharray:7 5}",
  ".topology .cable{fill:none;stroke:var(--line);stroke-width:1.6}.topology .severed{stroke-dasharray:2 4}",
  ".topology .way{fill:none;stroke:var(--way);stroke-width:2.4}.topology .head{fill:var(--way)}",
  ".topology .step circle{fill:var(--way)}.topology .step text{fill:var(--on-way);font-size:11px;font-weight:bold;text-anchor:middle}",
].join("");
