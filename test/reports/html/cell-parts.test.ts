import { expect, test } from "vitest";
import { CELL_PARTS, partsOf, rerunCommand } from "../../../reports/cell-parts.ts";
import { cellSentence } from "../../../reports/cell-sentence.ts";
import { CELL_STATUSES, cellStatus, STATUS_TEXT } from "../../../reports/cell-status.ts";
import { SAMPLE } from "../sample.ts";

const kernelOf = (id: string) => SAMPLE.kernels.find((kernel) => kernel.id === id);
const deviating = SAMPLE.cells.filter(({ verdict }) => verdict !== "match");

test("every cell that is no match has all its parts, or says why one is missing", () => {
  expect(new Set(deviating.map(({ verdict }) => verdict))).toEqual(
    new Set(["mismatch", "inconclusive", "unsupported"]),
  );
  const bare = deviating.map((cell) => ({ ...cell, evidence: [] }));
  for (const cell of [...deviating, ...bare])
    for (const kernel of [kernelOf(cell.kernel), undefined]) {
      const parts = partsOf(cell, kernel);
      for (const name of CELL_PARTS) {
        const part = parts[name];
        const said = "have" in part ? part.have : [part.missing];
        expect([cell.id, name, said.join("").trim() !== ""]).toEqual([cell.id, name, true]);
      }
    }
});

test("the command asks this cell alone", () => {
  const [cell] = deviating;
  const command = rerunCommand(cell as (typeof deviating)[number], undefined);
  const filter = /--filter '(.*)' --isolate$/.exec(command)?.[1] ?? "";
  expect(SAMPLE.cells.filter(({ id }) => new RegExp(filter).test(id))).toEqual([cell]);
});

test("a sentence and a status for every cell", () => {
  expect(cellStatus(undefined)).toBe("not-measured");
  for (const cell of SAMPLE.cells)
    expect(cellSentence(cell)).toMatch(/^[a-z].*, (one|two) lower devices?, relay o(n|ff), .+: .+/);
  const silent = { traffic: "unicast", verdict: "match", observed: { copies: 0, echo: 1, wire: 1 } } as const;
  const shown = new Set([...SAMPLE.cells, silent].map(cellStatus));
  expect([...shown, "not-measured"].toSorted()).toEqual([...CELL_STATUSES].toSorted());
  expect(new Set(CELL_STATUSES.map((status) => STATUS_TEXT[status].text)).size).toBe(CELL_STATUSES.length);
});
