import { expect, test } from "vitest";
import { suitePockets } from "../../lab/kernels/suite-pockets.ts";

const sites = { main: "main", security: "security" };
const shown = (suite: string, from: Parameters<typeof suitePockets>[1] = sites) => {
  const { pockets, overlay } = suitePockets(suite, from);
  return [pockets.map(({ site, name, optional }) => `${site} ${name}${optional ? "?" : ""}`).join(", "), overlay];
};

test.each([
  ["bookworm", "main bookworm, security bookworm-security?, main bookworm-updates?", undefined],
  ["sid", "main sid", undefined],
  ["experimental", "main experimental, main sid", "experimental"],
  [
    "trixie-backports",
    "main trixie-backports, main trixie, security trixie-security?, main trixie-updates?",
    "trixie-backports",
  ],
  ["bullseye-security", "security bullseye-security, main bullseye, main bullseye-updates?", "bullseye-security"],
  [
    "bullseye-backports-sloppy",
    "main bullseye-backports-sloppy, main bullseye-backports, main bullseye, security bullseye-security?, main bullseye-updates?",
    "bullseye-backports-sloppy",
  ],
])("%s", (suite, pockets, overlay) => {
  expect(shown(suite)).toEqual([pockets, overlay]);
});

test("a machine without a security archive does without", () => {
  expect(shown("bookworm", { main: "main" })[0]).toBe("main bookworm, main bookworm-updates?");
  expect(shown("bookworm-security", { main: "main" })[0]).not.toContain("main bookworm-security");
});
