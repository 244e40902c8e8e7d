import { expect, test } from "vitest";
import { kernelOffers, partsOf } from "../../lab/kernels/candidate.ts";

const stanza = (fields: Record<string, string | number>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");

/** As from 6.19 on: an image package that only depends. */
function image(release: string, version: string): string {
  const parts = ["base", "binary", "modules"].map((part) => `linux-${part}-${release} (= ${version})`);
  const Depends = `dracut | initramfs-tools (>= 0.120), kmod, ${parts.join(", ")}`;
  return stanza({ Package: `linux-image-${release}`, Version: version, Depends, Size: 2000 });
}
const part = (name: string, Version: string, Size: number, Depends = "") =>
  stanza({ Package: name, Version, Depends, Size });

const NEW = "7.3.4+deb13-cloud-amd64";
const OLD = "6.1.0-56-cloud-amd64";
const IMAGES = [
  image(NEW, "7.3.4-1"),
  stanza({ Package: `linux-image-${OLD}`, Version: "6.1.192-2", Depends: "kmod, linux-base (>= 4.3~)", Size: 30e6 }),
].join("\n");
const PARTS = [
  part(`linux-binary-${NEW}`, "7.3.4-1", 9e6, `linux-modules-${NEW} (= 7.3.4-1)`),
  part(`linux-modules-${NEW}`, "7.3.4-1", 28e6),
  part(`linux-base-${NEW}`, "7.3.4-1", 500),
];

test("the packages a kernel is made of are those of its own release", () => {
  expect(partsOf(IMAGES)).toEqual(["base", "binary", "modules"].map((each) => `linux-${each}-${NEW}`));
});

test("a kernel whose packages are all there can be had, for the sum of their sizes", () => {
  expect(kernelOffers(IMAGES, PARTS.join("\n"))).toEqual([
    { package: `linux-image-${NEW}`, version: "7.3.4-1", release: NEW, size: 37_002_500, gone: [] },
    { package: `linux-image-${OLD}`, version: "6.1.192-2", release: OLD, size: 30e6, gone: [] },
  ]);
});

test.each([
  ["left the archive", PARTS.filter((each) => !each.includes("Package: linux-modules"))],
  [
    "is there in another version only",
    PARTS.map((each) => each.replace(/(linux-modules\S+\nVersion: )\S+/, "$17.3.5-1")),
  ],
])("a kernel cannot be had when a package of it %s", (_how, parts) => {
  const [newest, other] = kernelOffers(IMAGES, parts.join("\n"));
  expect(newest?.gone).toEqual([`linux-modules-${NEW}`]);
  expect(other?.gone).toEqual([]);
});
