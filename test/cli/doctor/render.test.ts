/** The doctor's page: what stands where, that it stays readable without colour, and what the last line promises. */
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { Chapter, Finding } from "../../../lab/cli/doctor/finding.ts";
import { renderDoctor } from "../../../lab/cli/doctor/render.ts";

const good: Finding = { subject: "tcg", state: "ok", text: "emulation, built into this QEMU" };
const slow: Finding = { subject: "kvm", state: "limited", text: "there is no /dev/kvm", mend: "load kvm_intel" };
const gone: Finding = {
  subject: "qemu-system-x86_64",
  state: "missing",
  text: "there is no qemu-system-x86_64; boots the kernels under test",
  mend: "apt-get install qemu-system-x86",
};
const chapters: readonly Chapter[] = [
  { title: "machine", findings: [slow, good] },
  { title: "tools", findings: [gone] },
];

test("findings stand under each other, a mend under its finding", () => {
  expect(renderDoctor(chapters, { columns: 80, colour: false })).toBe(`MACHINE
  limited  kvm                 there is no /dev/kvm
                               -> load kvm_intel
  ok       tcg                 emulation, built into this QEMU

TOOLS
  missing  qemu-system-x86_64  there is no qemu-system-x86_64; boots the kernels
                               under test
                               -> apt-get install qemu-system-x86

The default job (./scripts/lab) cannot run here: qemu-system-x86_64.
`);
});

test("colour adds nothing but colour", () => {
  const [plain, coloured] = [false, true].map((colour) => renderDoctor(chapters, { columns: 80, colour }));
  expect(coloured).not.toBe(plain);
  expect(stripVTControlCharacters(coloured ?? "")).toBe(plain);
});

test.each([
  [[good], "The default job (./scripts/lab) can run here, and everything beside it."],
  [[good, slow], "The default job (./scripts/lab) can run here. Limited: kvm."],
  [[slow, gone, good], "The default job (./scripts/lab) cannot run here: qemu-system-x86_64."],
])("the last line says what it comes to", (findings, line) => {
  const text = renderDoctor([{ title: "machine", findings }], { columns: 100, colour: false });
  expect(text.trimEnd().split("\n").at(-1)).toBe(line);
});
