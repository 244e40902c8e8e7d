/**
 * Guests whose network cards are macvtaps, against stand-ins that read and write the same macvtaps: every cell both
 * have. Beside it, a QEMU that dies meanwhile.
 */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cellName, cellsOf, excludesEachOther } from "../../lab/model/cell.ts";
import type { CellResult, Results } from "../../lab/model/results.ts";
import { guestNics } from "../../scenarios/guest-nics.ts";
import { type Ended, openYard, type Yard } from "../cli/macvlab.ts";
import { noRoot } from "../cli/privileged.ts";

/** So many cells that their frames take a moment. */
const MANY = "same-lower";

/** What a card hands its guest and what a stand-in reads of a macvtap is told in the same words. */
const answerOf = ({ observed: { copies, echo, wire, as, error }, verdict }: CellResult) => ({
  ...{ copies, echo, wire, as, error, verdict },
});

const byName = (cells: readonly CellResult[]) => new Map(cells.map((cell) => [cellName(cell as never), cell]));

describe.skipIf(noRoot)("guests on macvtaps of the running kernel", () => {
  let yard: Yard;
  beforeAll(async () => {
    yard = await openYard();
  });
  afterAll(() => yard[Symbol.asyncDispose]());

  const runs = async (scenario: string): Promise<{ ended: Ended; results: Results }> => {
    const ended = await yard.run(["run", scenario, "--kernel", "host", "--out", scenario]);
    const text = await readFile(`${yard.directory}/${scenario}/results.json`, "utf8");
    return { ended, results: JSON.parse(text) as Results };
  };

  test("every cell is what it is with a stand-in in the guest's place", { timeout: 180_000 }, async () => {
    const [cards, standIns] = [await runs("guest-nics"), await runs("pairings")];
    expect([cards.ended.code, standIns.ended.code], cards.ended.stdout).toEqual([0, 0]);
    const expected = byName(standIns.results.cells);
    const moved = cards.results.cells.filter(({ vhost }) => !vhost);
    const pairs = moved.flatMap((cell) => {
      const other = expected.get(cellName(cell as never));
      return other ? [{ name: cellName(cell as never), card: answerOf(cell), standIn: answerOf(other) }] : [];
    });
    expect(pairs.filter(({ card, standIn }) => JSON.stringify(card) !== JSON.stringify(standIn))).toEqual([]);
    const axes = guestNics.cells as NonNullable<typeof guestNics.cells>;
    const asked = cellsOf({ ...axes, cards: ["qemu"] });
    const [guests] = cards.results.kernels.map((kernel) => kernel.guests);
    const refused = asked.filter(excludesEachOther).length;
    process.stdout.write(
      `compared ${pairs.length} cells of guests with those of stand-ins (${refused} of them refusals), ${guests?.boots} boots\n`,
    );
    expect(pairs.length).toBeGreaterThanOrEqual(asked.length);
    expect(guests?.boots).toBe(4);
    expect(cards.results.checks.filter(({ verdict }) => verdict !== "match" && verdict !== "unsupported")).toEqual([]);
    expect(await yard.leftBehind()).toEqual([]);
  });

  const pidsOfQemus = async () =>
    (await yard.leftBehind())
      .filter((line) => line.includes("qemu-system"))
      .map((line) => Number(/\d+/.exec(line)?.[0]));

  test("a QEMU that is killed meanwhile is told of, and nothing is left", { timeout: 120_000 }, async () => {
    const running = yard.start(["run", "guest-nics", "--kernel", "host", "--out", "killed"]);
    await running.says(/host: traffic/);
    const qemus = await pidsOfQemus();
    expect(qemus).toHaveLength(4);
    process.kill(qemus[0] as number, "SIGKILL");
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(/guest "\w+", whose network cards are macvtaps, is lost: its QEMU was ended by SIGKILL/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(3);
    await expect.poll(() => yard.leftBehind(), { timeout: 5_000, interval: 50 }).toEqual([]);
  });

  test("a lower device that vanishes is told of, and nothing is left", { timeout: 120_000 }, async () => {
    const running = yard.start(["run", "guest-nics", "--filter", MANY, "--kernel", "host", "--out", "vanished"]);
    await running.says(/host: traffic/);
    const [qemu] = await pidsOfQemus();
    // QEMU is in the namespace of the lower devices.
    execFileSync("nsenter", ["--target", String(qemu), "--net", "ip", "link", "delete", "low-a"]);
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(/: ".*" vanished (before all|while) frames were sent/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(3);
    await expect.poll(() => yard.leftBehind(), { timeout: 5_000, interval: 50 }).toEqual([]);
  });
});

test("a kernel that has not the macvtaps is refused before anything starts", async () => {
  await using yard = await openYard();
  const { code, stderr } = await yard.run(["run", "guest-nics", "--kernel", "debian:sid/cloud"]);
  expect(stderr).toContain('"guest-nics" cannot run on "debian:sid/cloud"');
  expect(code).toBe(2);
});
