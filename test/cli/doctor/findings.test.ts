/** What the doctor makes of what it saw, without looking at a machine. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeAnswer } from "../../../lab/cli/doctor/accelerators.ts";
import { kernelFinding, siteName } from "../../../lab/cli/doctor/archive.ts";
import { spaceFinding } from "../../../lab/cli/doctor/cache.ts";
import { type State, stateOf } from "../../../lab/cli/doctor/finding.ts";
import { scenarioFindings } from "../../../lab/cli/doctor/scenarios.ts";
import { parseRequirements, subjectOf, versionIn } from "../../../lab/cli/doctor/tools.ts";
import type { Scenario } from "../../../lab/model/scenario.ts";

test("the table of requirements is read as set-up reads it", () => {
  const table = readFileSync(new URL("../../../scripts/requirements", import.meta.url), "utf8");
  const requirements = parseRequirements(table);
  expect(requirements).toContainEqual({
    look: "qemu-system-x86_64",
    package: "qemu-system-x86",
    for: "lab",
    why: "boots the kernels under test",
  });
  for (const { look, package: name, why } of requirements) {
    expect(look).toMatch(/^(\/\S+|[\w-]+)$/);
    expect(name).toMatch(/^[a-z0-9.+-]+$/);
    expect(why).not.toBe("");
  }
  const subjects = requirements.map(subjectOf);
  expect(new Set(subjects).size).toBe(subjects.length);
});

test.each([
  ["QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b1)", "7.2.22"],
  ["ip utility, iproute2-6.1.0, libbpf 1.1.2", "6.1.0"],
  ["*** zstd command line interface 64-bits v1.5.4, by Yann Collet ***", "1.5.4"],
  ["bzip2, a block-sorting file compressor.  Version 1.0.8, 13-Jul-2019.", "1.0.8"],
  ["ping from iputils 20221126\nlibcap: yes", "20221126"],
  ["usage: thing [options]", undefined],
])("the version in %j is %s", (text, version) => {
  expect(versionIn(text)).toBe(version);
});

test.each([
  ["http://user:secret@mirror.example/debian", "mirror.example"],
  ["mirror+http://mirror.example/list.txt", "mirror.example"],
  ["file:/srv/debian", "a local directory"],
  ["nonsense", "a source that is no address"],
])("of the source %s it names %s", (address, name) => {
  expect(siteName(address)).toBe(name);
});

test("a KVM that did not boot a guest is no accelerator, and the reason is told", () => {
  const probedAt = "2026-11-22T16:40:25.290Z";
  const text = "a probe guest did not boot with it (probed 2026-11-22: it hung): guests are emulated";
  expect(describeAnswer({ accelerator: "tcg", why: "it hung", probedAt })).toMatchObject({ state: "limited", text });
  expect(describeAnswer({ accelerator: "kvm", probedAt }).state).toBe("ok");
});

test("too little room stops the default job", () => {
  expect(spaceFinding("/cache", 99e6, 100e6).state).toBe("missing");
  expect(spaceFinding("/cache", 100e6, 100e6).state).toBe("ok");
});

test("a damaged kernel in the cache stops nothing: the next run mends it", () => {
  expect(kernelFinding({ spec: "debian:sid/cloud", at: Date.now(), directory: "/gone" }).state).toBe("limited");
});

test("the worst finding counts", () => {
  const of = (...states: State[]) => stateOf(states.map((state) => ({ subject: "", state, text: "" })));
  expect([of(), of("ok", "limited"), of("limited", "missing", "ok")]).toEqual(["ok", "limited", "missing"]);
});

test("a scenario runs where its place can be had", () => {
  const scenario = (name: string, privileged: boolean): Scenario => ({
    ...{ name, title: "", claims: [], slow: false, privileged },
  });
  const say = (guests: State, host: State, root: boolean) =>
    scenarioFindings(guests, host, root, [scenario("plain", false), scenario("rooted", true)]).map(({ text }) => text);
  expect(say("ok", "ok", true)).toEqual(Array(2).fill("can run in guests and the running kernel"));
  expect(say("limited", "limited", false)).toEqual(["can run in guests", "cannot run here"]);
  expect(say("missing", "ok", true)).toEqual(Array(2).fill("can run in the running kernel"));
  expect(say("missing", "limited", true)).toEqual(Array(2).fill("cannot run here"));
});
