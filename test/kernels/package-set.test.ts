import { describe, expect, test } from "vitest";
import { contentAddress, kernelPackages, parseUris } from "../../lab/kernels/package-set.ts";
import { recorded } from "./recorded.ts";

describe("what apt would fetch", () => {
  test("a kernel in one package", () => {
    const set = kernelPackages(parseUris(recorded("bookworm-uris.txt")));
    expect(set).toEqual({
      release: "6.1.0-56-cloud-amd64",
      version: "6.1.192-2",
      packages: [
        {
          name: "linux-image-6.1.0-56-cloud-amd64",
          version: "6.1.192-2",
          size: 26713492,
          sha256: "e7d02b943971edcb8790e256c02cfab3bca6c3d37c1bf25392a57c71300615ee",
        },
      ],
    });
  });

  test("a kernel in several, without meta packages and what is not the kernel's", () => {
    const set = kernelPackages(parseUris(recorded("experimental-uris.txt")));
    expect(set?.release).toBe("7.3-cloud-amd64");
    expect(set?.packages.map(({ name }) => name)).toEqual([
      "linux-base-7.3-cloud-amd64",
      "linux-binary-7.3-cloud-amd64",
      "linux-image-7.3-cloud-amd64",
      "linux-modules-7.3-cloud-amd64",
    ]);
  });

  test("no kernel", () => {
    expect(kernelPackages(parseUris("Reading package lists...\n"))).toBeUndefined();
  });

  test("an epoch is written with an escape", () => {
    const line = `'http://mirror.example/z_1.2_amd64.deb' zlib1g_1%3a1.2.13_amd64.deb 86 SHA256:${"0".repeat(64)}`;
    expect(parseUris(line)[0]).toMatchObject({ name: "zlib1g", version: "1:1.2.13", size: 86 });
  });
});

test("an entry's address follows every package and the layout", () => {
  const [first] = parseUris(recorded("bookworm-uris.txt"));
  if (!first) throw new Error("nothing recorded");
  const addresses = [
    contentAddress([first], "a"),
    contentAddress([first], "b"),
    contentAddress([first, first], "a"),
    contentAddress([{ ...first, sha256: "0" }], "a"),
  ];
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(contentAddress([{ ...first }], "a")).toBe(addresses[0]);
});
