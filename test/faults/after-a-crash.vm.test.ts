/**
 * What becomes of a run when a kernel dies in the middle of it: drivers that crash on purpose, in guests beside a sound
 * kernel's.
 */
import { copyFile, cp, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partyName } from "../../lab/model/cell.ts";
import type { CellResult, Results } from "../../lab/model/results.ts";
import type { Party } from "../../lab/model/vocabulary.ts";
import { openYard, type Yard } from "../cli/macvlab.ts";
import { offeredKernels } from "../runner/generations.ts";
import { readResults } from "../runner/run-files.ts";
import type { Edit } from "./fault.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

const OFFER = await offeredKernels();
const KERNEL = OFFER.kernels.get("6.1");
const LACKING = KERNEL ? "" : ` [not run: the archive offers no 6.1: ${OFFER.answers.join("; ")}]`;
const MOST_GUESTS = 12;

const PANICS: Edit = {
  function: "macvlan_queue_xmit",
  find: /if \(vlan->mode == MACVLAN_MODE_BRIDGE\)/,
  replace:
    'if (vlan->mode == MACVLAN_MODE_PRIVATE && is_broadcast_ether_addr(skb->data)) panic("broken on purpose");\n$&',
};
const OOPSES_WHEN_MADE: Edit = {
  function: "macvlan_common_newlink",
  find: /vlan->lowerdev = lowerdev;/,
  replace:
    "$& if (data && data[IFLA_MACVLAN_MODE] && nla_get_u32(data[IFLA_MACVLAN_MODE]) == MACVLAN_MODE_SOURCE) WRITE_ONCE(*(int *)8, 1);",
};

describe.skipIf(!KERNEL)(`a kernel that dies${LACKING}`, () => {
  let yard: Yard;
  let workshop: Workshop;

  beforeAll(async () => {
    yard = await openYard();
    workshop = await openWorkshop(KERNEL?.spec ?? "", () => {});
  });
  afterAll(() => yard[Symbol.asyncDispose]());

  /** The broken kernel, as the user's own files, and the sound one beside it. */
  async function runBeside(
    name: string,
    edit: Edit,
    filter: string,
  ): Promise<{ code: number | null; results: Results }> {
    const { vmlinuz, modulesDirectory = "" } = workshop.kernel;
    const modules = join(yard.directory, `${name}-modules`);
    await cp(modulesDirectory, modules, { recursive: true });
    const driver = (await readdir(modules, { recursive: true })).find((path) => /^macvlan\.ko/.test(basename(path)));
    await rm(join(modules, driver ?? ""));
    await copyFile(await workshop.build("macvlan", [edit]), join(modules, driver ?? ""));
    const kernels = ["--kernel", `file:${vmlinuz},modules=${modules}`, "--kernel", workshop.kernel.spec];
    const { code } = await yard.run(["run", "pairings", ...kernels, "--out", name, "--filter", filter]);
    return { code, results: await readResults(join(yard.directory, name)) };
  }

  function expectElseMatches(results: Results, isLost: (cell: CellResult) => boolean): void {
    const [broken] = results.kernels;
    for (const cell of results.cells) {
      const lost = cell.kernel === broken?.id && isLost(cell);
      expect([cell.id, cell.verdict]).toEqual([cell.id, lost ? "inconclusive" : "match"]);
      if (lost) expect(cell.reason).toContain(`lost to the kernel: ${broken?.health.findings[0]?.title}`);
    }
    expect(results.cells.some(isLost)).toBe(true);
  }

  test("of a frame: the panic is named with the frame, everything else has its result", async () => {
    const { code, results } = await runBeside(
      "panics",
      PANICS,
      "same-lower \\S+ (unicast|broadcast) macvlan/(private|bridge)>macvlan/(private|vepa)$",
    );
    const [broken, sound] = results.kernels;
    expect(broken?.health).toMatchObject({
      status: "panic",
      findings: [{ kind: "panic", title: "kernel panic: broken on purpose" }],
    });
    expect(broken?.health.findings[0]?.cause).toMatch(
      /^pairings same-lower relay-off broadcast macvlan\/private>\S+, frame "\S+ broadcast" .*, alone in a fresh guest$/,
    );
    expect(broken?.boots).toBeLessThanOrEqual(MOST_GUESTS);
    expect(sound).toMatchObject({ health: { status: "ok", findings: [] } });
    expect(sound?.boots).toBeUndefined();
    expectElseMatches(results, ({ source, traffic }) => source.mode === "private" && traffic === "broadcast");
    expect(code).toBe(4);
  });

  test("of a command: the oops is named with the command, everything that does without has its result", async () => {
    const { code, results } = await runBeside(
      "oopses",
      OOPSES_WHEN_MADE,
      "two-lowers relay-off unicast macvlan/\\w+>macvlan/",
    );
    const [broken] = results.kernels;
    expect(broken?.health).toMatchObject({ status: "oops", findings: [{ kind: "oops" }] });
    expect(broken?.health.findings[0]?.cause).toMatch(/^command "ip link add link .* mode source/);
    expect(broken?.boots).toBeLessThanOrEqual(MOST_GUESTS);
    const isSource = (end: object) => partyName(end as Party).includes("/source");
    expectElseMatches(results, ({ source, destination }) => isSource(source) || isSource(destination));
    expect(code).toBe(4);
  });
});
