import { expect, test } from "vitest";
import { UsageError } from "../../lab/base/errors.ts";
import { refusedModule } from "../../lab/guest/refused-module.ts";

const modules = [
  { name: "tap", sha256: "1" },
  { name: "macvlan", sha256: "2", replacedBy: "/home/me/macvlan-new.ko" },
];
const refused = (...failedModules: string[]) => refusedModule({ failedModules }, { modules }, "debian:sid", "the end");

test("a module of the user's that was not loaded ends the guest, with the kernel's reason", () => {
  const error = refused(
    "/lib/macvlab/tap.ko: Exec format error",
    "/lib/macvlab/macvlan.ko: Key was rejected by service",
  );
  expect(error).toBeInstanceOf(UsageError);
  expect(error?.message).toBe(
    'kernel "debian:sid" would not load module "/home/me/macvlan-new.ko": Key was rejected by service',
  );
  expect(error?.detail).toBe("the end");
});

test("one of the kernel's own does not, nor does one whose name only ends alike", () => {
  expect(refused()).toBeUndefined();
  expect(refused("/lib/macvlab/tap.ko: No such device", "/lib/macvlab/ipmacvlan.ko: No such device")).toBeUndefined();
});
