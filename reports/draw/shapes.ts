/** The shapes of a laid-out picture, on a grid of characters. */
import type { PictureBox } from "./picture.ts";

/** In characters, from the top left; `width` and `height` include the border. */
export interface PlacedBox extends PictureBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A cable or a relation, over horizontal and vertical lines, from one box to another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Nothing but fences passes. */
  readonly severed?: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A machine around what is in it. */
export interface Frame {
  readonly label: string;
  readonly labelAt: "top" | "bottom";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly edges: readonly Edge[];
  readonly frames: readonly Frame[];
  readonly notes: readonly string[];
}
