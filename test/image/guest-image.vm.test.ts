/** Real images of the machine's own suite: built twice, booted, looked into, damaged. */
import { readFile, truncate } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RECIPE } from "../../images/recipe.ts";
import { type GuestImage, guestImage } from "../../lab/image/index.ts";
import { hashFile } from "../../lab/image/stamp.ts";
import { defaultKernelSpec, resolveKernel } from "../../lab/kernels/index.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import { askGuest, type GuestAnswer } from "./guest-console.ts";
import { type ScratchCache, scratchCache } from "./scratch-cache.ts";

let kernel: KernelArtefacts;
let cache: ScratchCache;
let image: GuestImage;
beforeAll(async () => {
  kernel = await resolveKernel(await defaultKernelSpec());
  cache = await scratchCache();
  image = await guestImage(kernel);
});
afterAll(() => cache[Symbol.asyncDispose]());

test("says what is in it", async () => {
  expect(await hashFile(image.path)).toBe(image.sha256);
  expect(image.modules.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["macvlan", "macvtap", "veth", "bridge"]),
  );
  expect(image.packages.map(({ name }) => name)).toEqual(expect.arrayContaining(["dash", "iproute2", "libc6"]));
  expect(image.missingModules).toEqual([]);
});

test("is the same, byte for byte, from another cache and under another umask", async () => {
  const mask = process.umask(0o077);
  await using _other = await scratchCache();
  const second = await guestImage(kernel).finally(() => process.umask(mask));
  expect(second.path).not.toBe(image.path);
  expect((await readFile(second.path)).equals(await readFile(image.path))).toBe(true);
  expect(second.recipe).toBe(image.recipe);
});

test("is found again, and built anew when it is damaged", async () => {
  expect(await guestImage(kernel)).toEqual(image);
  await truncate(image.path, 1_000_000);
  const notes: string[] = [];
  expect(await guestImage(kernel, { note: (line) => notes.push(line) })).toEqual(image);
  expect(notes).toEqual([expect.stringMatching(/has 1000000 of \d+ bytes/)]);
  expect(await hashFile(image.path)).toBe(image.sha256);
});

describe("booted", () => {
  const PROGRAMS = Object.values(RECIPE.programs).flat();
  /** The loader's own list names a library that is not there; a link that leads nowhere is found by `test`. */
  const SCRIPT = `
    for program in ${PROGRAMS.join(" ")}; do
      path=$(command -v "$program") && [ "$program" != "[" ] || path=/usr/bin/$program
      case $path in /*) ;; *) path=/usr/bin/$path ;; esac
      [ -x "$path" ] || path=/bin/$program
      /lib64/ld-linux-x86-64.so.2 --list "$path" > /run/list 2>&1 || { echo "BROKEN $program"; cat /run/list; }
      if grep -q 'not found' /run/list; then echo "BROKEN $program"; cat /run/list; fi
    done
    for link in ${Object.keys(RECIPE.links).join(" ")}; do [ -e "/$link" ] || echo "BROKEN link $link"; done
    set -e
    ip link add v0 type veth peer name v1
    ip link add br0 type bridge
    ip link set v1 master br0
    bridge link set dev v1 hairpin on
    bridge -d link show dev v1
    ip link add link v0 name m0 type macvlan mode vepa
    ip link add link v0 name t0 type macvtap mode bridge
    ip -d link show m0
    test -c /dev/tap$(cat /sys/class/net/t0/ifindex)
    ip link set v0 up; ip link set lo up
    tc qdisc add dev v0 root pfifo limit 8000
    tc qdisc show dev v0
    sysctl net.ipv6.conf.v0.disable_ipv6
    ping -c 1 -W 5 127.0.0.1
    ss -H -l
    ethtool -k v0 | head -n 1
    tcpdump -D
    unshare --net ip -brief link
    ip netns add n0; ip netns exec n0 ip -brief link
    setpriv --nnp id -u
    lsmod | grep -c . ; kmod --version | head -n 1
    echo one | sed s/one/two/
    cmp=$(sha256sum < /init); [ "$cmp" = "$(sha256sum < /usr/bin/macvlab-agent)" ]
    echo THE END`;
  let answer: GuestAnswer;
  beforeAll(async () => {
    answer = await askGuest(image, SCRIPT);
  });

  test("greets with its release and has loaded every module", () => {
    expect(answer.greeting).toContain(`release ${kernel.release}\n`);
    expect(answer.greeting).toMatch(/^modules-loaded \d/m);
    expect(answer.greeting).not.toContain("module-failed");
  });
  test("every program finds its libraries, every link its target", () => {
    expect(answer.output).not.toContain("BROKEN");
  });
  test("the programs work", () => {
    expect(answer).toMatchObject({ status: 0, output: expect.stringMatching(/THE END\n$/) });
    for (const said of ["hairpin on", "macvlan mode vepa", "pfifo", "1 received", "two\n", "any (Pseudo-device"]) {
      expect(answer.output).toContain(said);
    }
  });
});

test("the bzImage boots as well", async () => {
  const bzImage = { ...image, kernel: { path: kernel.vmlinuz, pvh: false } };
  expect((await askGuest(bzImage, "uname -r")).output).toBe(`${kernel.release}\n`);
});
