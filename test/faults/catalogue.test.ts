/** The catalogue of faults as such, and the README's table. With MACVLAB_FAULT_TABLE=update the table is written. */
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ARRIVAL_RULES } from "../../lab/oracle/rules/arrival.ts";
import { ADDRESS_RULES, MODE_RULES, MTU_RULES, REFUSAL_RULES } from "../../lab/oracle/rules/control.ts";
import { RECEIVE_RULES } from "../../lab/oracle/rules/receive.ts";
import { TRANSMIT_RULES } from "../../lab/oracle/rules/transmit.ts";
import { FAULTS } from "./catalogue.ts";
import { deviationsOf } from "./foretell.ts";
import { faultTable } from "./table.ts";

const README = resolve(import.meta.dirname, "../../README.md");
const TABLE = /(?<=<!-- faults -->\n)[\s\S]*?(?=<!-- \/faults -->)/;

describe("the faults", () => {
  test("have names of their own", () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  });

  test.for([
    ["transmit", TRANSMIT_RULES],
    ["receive", RECEIVE_RULES],
    ["mtu", MTU_RULES],
    ["mode", MODE_RULES],
    ["address", ADDRESS_RULES],
    ["refusal", REFUSAL_RULES],
  ] as const)("break rules of every class: %s", ([, rules]) => {
    const broken = FAULTS.flatMap(({ caughtBy }) => (caughtBy.by === "rules" ? Object.keys(caughtBy.rules) : []));
    expect(broken.filter((id) => Object.hasOwn(rules, id))).not.toEqual([]);
  });

  test("of arrival: what a frame arrives as, and who reads it, is the stack's own, but for two places in the drivers", () => {
    expect(Object.keys(ARRIVAL_RULES)).toEqual(expect.arrayContaining(["all-ones-is-broadcast", "reader-takes-all"]));
    expect(FAULTS.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["broadcast-as-multicast", "macvtap-multicast-lost"]),
    );
  });

  test.for(FAULTS.filter(({ caughtBy }) => caughtBy.by !== "finding"))("$name shows somewhere", ({ caughtBy }) => {
    const { cells, checks } = deviationsOf(caughtBy, [6, 1, 192]);
    expect(cells.length + checks.length).toBeGreaterThan(0);
  });
});

test("the README has the table of faults planted and caught", async () => {
  const readme = await readFile(README, "utf8");
  const table = `${faultTable(FAULTS)}\n`;
  if (process.env.MACVLAB_FAULT_TABLE === "update")
    await writeFile(
      README,
      readme.replace(TABLE, () => table),
    );
  else expect(TABLE.exec(readme)?.[0], "bring it up to date: MACVLAB_FAULT_TABLE=update").toBe(table);
});
