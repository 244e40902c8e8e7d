/** Pixels to a character of the layout, across and down: roomier than the text, whose width a reader's font decides. */
export const SCALE = { x: 8.5, y: 15 };
