/**
 * Cells as scripts in guests, by hand as the README says: on a kernel that shows what the run saw each says so, and on one
 * whose macvlan module has faults that show otherwise none does.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CellResult, Results } from "../../lab/model/results.ts";
import { PLACEMENTS } from "../../lab/model/vocabulary.ts";
import { renderRepro } from "../../reports/repro/script.ts";
import { FAULTS } from "../faults/catalogue.ts";
import { openWorkshop, type Workshop } from "../faults/workshop.ts";
import { openYard, type Yard } from "./macvlab.ts";

const KERNEL = "debian:bookworm/cloud";
/** Which has no fault. */
const OLDER = "debian:bullseye/cloud";
/** All in one module: each shows in other cells. */
const PLANTED = [
  "flood-reaches-private",
  "multicast-filter-ignored",
  "vepa-delivers-locally",
  "broadcast-doubled",
  "sender-hears-itself",
];
/** Over all placements, to both kinds of endpoint and both hosts; by whether a sound kernel lets the frame reach it. */
const NOT_REACHED = [
  "same-lower relay-off broadcast macvlan/bridge>macvlan/private",
  "two-lowers relay-off multicast-not-joined macvtap/private>macvtap/vepa",
  "endpoint-to-lower-host relay-off broadcast macvlan/bridge>lower-host",
  "lower-host-to-endpoint relay-on multicast-not-joined lower-host>macvlan/vepa",
  "external-to-endpoint relay-off multicast-not-joined external-host>macvtap/vepa",
];
const REACHED = [
  "same-lower relay-on unicast macvtap/vepa>macvlan/bridge",
  "two-lowers relay-off multicast-joined macvlan/private>macvlan/vepa",
  "endpoint-to-lower-host relay-on broadcast macvtap/vepa>lower-host",
  "endpoint-to-external relay-off broadcast macvtap/bridge>external-host",
  "external-to-endpoint relay-off broadcast external-host>macvlan/private",
];
const CELLS = [...NOT_REACHED, ...REACHED];
const [REPRODUCED, NOT_REPRODUCED] = [0, 1];
const PLAY =
  'for one in cells/*.sh; do timeout 45 sh "$one"; echo "$one ended with $?"; done; ip netns list; ls -d /tmp/tmp.* 2>/dev/null; true';

let yard: Yard;
let workshop: Workshop;
let faulty: string;
beforeAll(async () => {
  yard = await openYard();
  workshop = await openWorkshop(KERNEL, () => {});
  const edits = PLANTED.flatMap((name) => FAULTS.find((fault) => fault.name === name)?.edits ?? []);
  faulty = await workshop.build("macvlan", edits);
  const { cells } = await ask("sound", KERNEL, CELLS, 0);
  expect(cells).toHaveLength(CELLS.length);
  expect(new Set(cells.map(({ placement }) => placement))).toEqual(new Set(PLACEMENTS));
  const reached = cells.filter(({ observed }) => (observed.copies ?? 0) > 0).map(({ id }) => id);
  expect(reached.sort()).toEqual(REACHED.map((name) => `pairings ${KERNEL} ${name}`).sort());
  writeScripts(cells, workshop.kernel.release);
}, 300_000);
afterAll(() => yard[Symbol.asyncDispose]());

/** A run of these cells, into the directory of this name. */
async function ask(
  out: string,
  kernel: string,
  cells: readonly string[],
  exitCode: number,
  ...more: readonly string[]
): Promise<Results> {
  const filter = `(${cells.join("|")})$`;
  const args = ["run", "pairings", "--kernel", kernel, "--filter", filter, "--no-trace", "--out", out, ...more];
  const { code, stderr } = await yard.run(args);
  expect(code, stderr).toBe(exitCode);
  return JSON.parse(readFileSync(join(yard.directory, out, "results.json"), "utf8")) as Results;
}

function writeScripts(cells: readonly CellResult[], release: string): void {
  mkdirSync(join(yard.directory, "cells"));
  for (const [index, cell] of cells.entries())
    writeFileSync(join(yard.directory, `cells/${index}.sh`), renderRepro(cell, { format: "script", release }));
}

/** What each of the scripts ended with in a guest. */
async function play(...modules: readonly string[]): Promise<{ codes: number[]; left: string; said: string }> {
  const replaced = modules.flatMap((module) => ["--module", module]);
  const args = ["exec", "--kernel", KERNEL, ...replaced, "--mount", yard.directory, "--", "sh", "-c", PLAY];
  const { code, stdout, stderr } = await yard.run(args);
  expect(code, stderr).toBe(0);
  const codes = [...stdout.matchAll(/ ended with (\d+)$/gm)].map(([, number]) => Number(number));
  return { codes, left: stdout.slice(stdout.lastIndexOf("ended with") + "ended with 0\n".length), said: stdout };
}

test("ten of ten on the kernel that shows it, none of ten on a faulty module, and no doubt", {
  timeout: 300_000,
}, async () => {
  const [sound, broken] = await Promise.all([play(), play(faulty)]);
  expect(sound.codes, sound.said).toEqual(CELLS.map(() => REPRODUCED));
  expect(broken.codes, broken.said).toEqual(CELLS.map(() => NOT_REPRODUCED));
  expect([sound.left, broken.left]).toEqual(["", ""]);
  expect(await yard.leftBehind()).toEqual([]);
});

test("the draft of a report has the kernel and its configuration, what is good and bad, taint, log and script", {
  timeout: 300_000,
}, async () => {
  const [cell = ""] = CELLS;
  const [bad, old] = await Promise.all([
    ask("bad", KERNEL, [cell], 1, "--module", faulty),
    ask("old", OLDER, [cell], 0),
  ]);
  // No module fits two kernels: what a kernel with the fault would show in one run is put together of two.
  const both = { ...bad, kernels: [...old.kernels, ...bad.kernels], cells: [...old.cells, ...bad.cells] };
  writeFileSync(join(yard.directory, "bad/results.json"), JSON.stringify(both));
  const { code, stdout, stderr } = await yard.run(["repro", "bad", `${KERNEL} ${cell}`, "--mail"]);
  expect(code, stderr).toBe(0);
  const { release, version } = workshop.kernel;
  for (const words of [
    `Subject: macvlan: pairings ${cell}: copies 1, echo 1, wire 1, as broadcast instead of copies 0, echo 0, wire 1`,
    `Kernel: ${release} (${version.join(".")})`,
    `Last good: ${old.kernels[0]?.release}`,
    `First bad: ${release}`,
    "Taint: O (out-of-tree module), E (unsigned module); modules not of this kernel were loaded: macvlan",
    "  CONFIG_MACVLAN=m",
    "macvlan: loading out-of-tree module taints kernel.",
    "\n#!/bin/sh\n",
    `tell "$copies $echo $wire" '1 1 1'`,
  ])
    expect(stdout).toContain(words);
});
