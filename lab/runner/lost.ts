/** Cells that a crash or the lab's own failure left without a judgement. */
import { type AnyCell, isConversation } from "../model/cell.ts";
import type { CellResult } from "../model/results.ts";
import { type CellsAsked, lostCell } from "./cells-run.ts";
import { lostConversation } from "./conversations-run.ts";

export interface Lost extends Omit<CellsAsked, "cells"> {
  readonly cells: readonly AnyCell[];
}

export function lostCells(asked: Lost, reason: (cell: AnyCell) => string): CellResult[] {
  return asked.cells.map((cell) =>
    isConversation(cell) ? lostConversation(asked, cell, reason(cell)) : lostCell(asked, cell, reason(cell)),
  );
}
