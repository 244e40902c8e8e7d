import { expect, test } from "vitest";
import { parseNeeds } from "../../lab/image/libraries.ts";
import { parseSources } from "../../lab/image/user-space.ts";

const TARGETS = `http://one/debian/|bookworm|bookworm|main
http://one/debian/|bookworm|bookworm|contrib
http://one/debian/|bookworm-updates|bookworm-updates|main
http://two/security/|stable-security|bookworm-security|main
http://one/debian/|bookworm-backports|bookworm-backports|main
http://one/debian/|sid|sid|main
http://three/other/|other-bookworm||main
http://one/debian/|bookworm|bookworm|main
`;

test("sources are the machine's, of its suite and that suite's pockets, each once", () => {
  expect(parseSources(TARGETS, "bookworm")).toEqual([
    "deb http://one/debian/ bookworm main",
    "deb http://one/debian/ bookworm contrib",
    "deb http://one/debian/ bookworm-updates main",
    "deb http://two/security/ stable-security main",
  ]);
  expect(parseSources(TARGETS, "trixie")).toEqual([]);
});

test("libraries and loaders of several files are read together", () => {
  const text = `
File: a
      [Requesting program interpreter: /lib64/ld-linux-x86-64.so.2]
 0x0000000000000001 (NEEDED)             Shared library: [libmnl.so.0]
 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]
 0x000000000000000e (SONAME)             Library soname: [a]

File: b
 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]
`;
  const needs = parseNeeds(text);
  expect([...needs.libraries]).toEqual(["libmnl.so.0", "libc.so.6"]);
  expect([...needs.loaders]).toEqual(["/lib64/ld-linux-x86-64.so.2"]);
});
