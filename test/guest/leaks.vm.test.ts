/** Buffers that a real kernel holds are counted, to the single one, and those it gave back are not. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Held, heldAfter, heldObjects, leakFindings } from "../../lab/guest/leaks.ts";
import { bootTestGuest, type TestGuest } from "./test-guest.ts";

const BUILD = `ip link add low type veth peer name other
ip link set low up; ip link set other up
ip link add tap link low type macvtap mode bridge
ip link add plain link low type macvlan mode bridge
ip address add 192.0.2.1/24 dev plain; ip link set plain up; ip link set tap up`;
/** Nobody reads what is flooded to the macvtap, so it is held for as long as the device is open. */
const HOLD = `set -e
device=$(cat /sys/class/net/tap/tap*/dev)
mknod /run/tap c \${device%:*} \${device#*:}
sleep 1000 < /run/tap > /dev/null 2>&1 & echo $! > /run/holder
ping -c 1 -W 1 192.0.2.2 > /dev/null || :`;

describe("what a guest holds", () => {
  let own: TestGuest;
  let before: Held;
  beforeAll(async () => {
    own = await bootTestGuest();
    before = await heldObjects(own.guest.executor);
  });
  afterAll(() => own[Symbol.asyncDispose]());

  test("is as much as before when all is taken down", async () => {
    const { executor } = own.guest;
    await executor.run(`${BUILD}\nip netns add room; ip link set plain netns room; ip netns del room; ip link del low`);
    const after = await heldAfter(executor, before);
    expect(after.buffers.size).toBeGreaterThan(0);
    expect(leakFindings(before, after)).toEqual([]);
  });

  test("is told while somebody holds it, and not when he lets go", async () => {
    const { executor } = own.guest;
    expect(await executor.run(`${BUILD}\n${HOLD}`)).toMatchObject({ status: 0, stderr: "" });
    expect(leakFindings(before, await heldAfter(executor, before))).toMatchObject([{ kind: "memory-leak" }]);
    await executor.run("kill $(cat /run/holder); ip link del low");
    expect(leakFindings(before, await heldAfter(executor, before))).toEqual([]);
  });
});
