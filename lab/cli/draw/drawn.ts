/** What a picture is made of. */
import type { PictureOptions } from "../../../reports/draw/draw.ts";
import type { Topology } from "../../model/topology.ts";

export interface Drawing {
  readonly topology: Topology;
  readonly options: PictureOptions & { readonly title: string };
}
