/** The two ends of a cell, what is between them, and the way of its frame: drawn as `macvlab draw` does. */
import type { CellResult } from "../../lab/model/results.ts";
import { endText } from "../cell-sentence.ts";
import { drawPicture, ROUTER } from "../draw/draw.ts";
import { pairTopology } from "../draw/pair-topology.ts";
import { pictureOf } from "../draw/picture.ts";
import { wayOf } from "../draw/way.ts";

/** The drawing escapes every text in it. The times of the way are in the ladder below. */
export function Picture({ cell }: { readonly cell: CellResult }) {
  const relay = cell.reflectiveRelay ? "on" : "off";
  const title = `${endText(cell.source)} to ${endText(cell.destination)}, relay ${relay}`;
  const ends = pairTopology(cell);
  const { topology, source, destination } = ends;
  const further = cell.route === undefined ? {} : { further: [ROUTER] };
  const picture = { ...pictureOf(topology, { source, destination, relay, ...further }), notes: [] };
  const { path } = cell.observed;
  const svg = drawPicture(picture, { format: "svg", title }, path && wayOf(ends, path));
  return <div class="picture scroll" dangerouslySetInnerHTML={{ __html: svg }} />;
}
