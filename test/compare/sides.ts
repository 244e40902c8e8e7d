/** Two made-up runs of one cell or check each, to hold against each other. */
import type { Cell } from "../../lab/model/cell.ts";
import type { CellResult, CheckResult, Results } from "../../lab/model/results.ts";
import { makeResults, sampleCell, sampleCheck, sampleKernel } from "../reports/sample.ts";

export const KERNEL = "debian:sid/cloud";

export const CELL: Cell = {
  placement: "same-lower",
  reflectiveRelay: true,
  traffic: "broadcast",
  source: { kind: "macvlan", mode: "bridge" },
  destination: { kind: "macvlan", mode: "vepa" },
};

export const ONE_COPY: CellResult["observed"] = { copies: 1, echo: 0, wire: 1, as: ["broadcast"] };

export function runWith(parts: Partial<Results>, version = "7.2.6", id = KERNEL): Results {
  return makeResults({ kernels: [sampleKernel(id, version)], ...parts });
}

export function runOfCell(observed: CellResult["observed"], parts: Partial<CellResult> = {}): Results {
  return runWith({ cells: [sampleCell(KERNEL, CELL, observed, parts)] });
}

export function runOfCheck(parts: Partial<CheckResult> = {}): Results {
  return runWith({ checks: [sampleCheck(KERNEL, "default-mode", parts)] });
}
