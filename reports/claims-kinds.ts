/** Whether macvlan and macvtap are alike: cells that differ in their ends' kinds alone, held against each other. */
import type { CellResult } from "../lab/model/results.ts";
import { insteadOf } from "./claims-instead.ts";
import { observedWords } from "./claims-select.ts";
import { groupBy } from "./group.ts";
import { modeKey } from "./party.ts";
import { trafficText } from "./traffic-text.ts";

export interface KindsFinding {
  readonly state: "holds" | "mixed" | "fails" | "untold";
  readonly found: string;
  readonly evidence: readonly CellResult[];
}

/** @param told at least one. */
export function kindsFinding(told: readonly CellResult[]): KindsFinding {
  const pairs = [...groupBy(told, placeOf).values()].filter((group) => group.length > 1);
  if (pairs.length === 0) return { state: "untold", found: "cells of one kind only were told", evidence: told };
  const unlike = pairs.filter((group) => new Set(group.map(behaviourOf)).size > 1);
  const against = new Set(unlike.flat());
  const state = unlike.length === 0 ? "holds" : unlike.length === pairs.length ? "fails" : "mixed";
  const found = insteadOf([...against], told, behaviourOf).join("; ");
  return { state, found, evidence: [...against, ...told.filter((cell) => !against.has(cell))] };
}

/** What is left of a cell without its ends' kinds. */
function placeOf(cell: CellResult): string {
  const { scenario, placement, reflectiveRelay, source, destination } = cell;
  return [scenario, placement, reflectiveRelay, trafficText(cell), modeKey(source), modeKey(destination)].join("\n");
}

/** Not the packet types: a macvtap's reader sees none. */
function behaviourOf(cell: CellResult): string {
  const isFrame = cell.observed.outcome === undefined;
  return observedWords(cell, isFrame ? { copies: "some", echo: "some", wire: "some" } : { reached: true });
}
