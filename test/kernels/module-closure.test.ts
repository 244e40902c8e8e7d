import { describe, expect, test } from "vitest";
import { moduleClosure, parseModuleIndex } from "../../lab/kernels/module-closure.ts";

const index = parseModuleIndex(
  [
    "kernel/net/llc/llc.ko.xz:",
    "kernel/net/802/stp.ko.xz: kernel/net/llc/llc.ko.xz",
    "kernel/net/bridge/bridge.ko.xz: kernel/net/802/stp.ko.xz kernel/net/llc/llc.ko.xz",
    "kernel/drivers/net/macvlan.ko:",
    "kernel/drivers/net/tap.ko.zst:",
    "kernel/drivers/net/macvtap.ko.gz: kernel/drivers/net/macvlan.ko kernel/drivers/net/tap.ko.zst",
    "/updates/virtio-odd.ko:",
    "",
  ].join("\n"),
  "kernel/drivers/block/virtio_blk.ko\nkernel/drivers/virtio/virtio-mmio.ko\n",
  "/modules",
);
const closure = (...names: string[]) => moduleClosure(index, names);
const order = (...names: string[]) => closure(...names).files.map(({ name }) => name);

test("what a module needs comes before it, each once", () => {
  expect(order("bridge", "macvtap", "macvlan")).toEqual(["llc", "stp", "bridge", "macvlan", "tap", "macvtap"]);
});

test("paths and compressions", () => {
  expect(closure("macvtap", "bridge").files.map(({ path, compressed }) => [path, compressed])).toEqual([
    ["/modules/kernel/drivers/net/macvlan.ko", "none"],
    ["/modules/kernel/drivers/net/tap.ko.zst", "zst"],
    ["/modules/kernel/drivers/net/macvtap.ko.gz", "gz"],
    ["/modules/kernel/net/llc/llc.ko.xz", "xz"],
    ["/modules/kernel/net/802/stp.ko.xz", "xz"],
    ["/modules/kernel/net/bridge/bridge.ko.xz", "xz"],
  ]);
  expect(closure("virtio_odd").files[0]?.path).toBe("/updates/virtio-odd.ko");
});

describe("names", () => {
  test("dashes and underscores are one", () => {
    expect(order("virtio-odd")).toEqual(["virtio_odd"]);
  });

  test("what is built in is present without a file", () => {
    expect(closure("virtio_blk", "virtio-mmio", "virtio_mmio")).toEqual({ files: [], missing: [] });
  });

  test("what is unknown is missing, as it was asked for", () => {
    expect(closure("macvlan", "no-such", "macvlan.ko")).toMatchObject({ missing: ["no-such"] });
  });
});

test("dependencies in a circle end", () => {
  const circle = parseModuleIndex("a.ko: b.ko\nb.ko: a.ko\n", "", "/m");
  expect(moduleClosure(circle, ["a"]).files.map(({ name }) => name)).toEqual(["b", "a"]);
});
