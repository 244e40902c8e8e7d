import { expect, test } from "vitest";
import { probeFrame } from "../../lab/traffic/frame.ts";
import type { AgentRecord, Recording } from "../../lab/traffic/records.ts";
import { timeLine } from "../../lab/traffic/time-line.ts";

const NONCE = 7;
const [LOW, PORT] = [0, 1];

function seen(interfaceNumber: number, id: number, way: "in" | "out", microseconds: number): AgentRecord {
  return {
    kind: "tap",
    interface: interfaceNumber,
    packetType: way === "out" ? "outgoing" : "host",
    time: BigInt(microseconds) * 1000n,
    originalLength: 60,
    result: 0,
    data: probeFrame({ source: "02:6d:76:00:00:01", destination: "02:6d:76:00:00:02" }, NONCE, id, "x"),
  };
}

function recording(records: readonly AgentRecord[]): Recording {
  return { records, sent: [], texts: ["t"], rings: { tap: [records.length, 1], host: [2, 0] } };
}

/** A ping-pong: out at the guest, in and out at the switch, back in at the guest; @param skew of the guest's clock, in us. */
function rally(skew: (index: number) => number, count = 50, more: readonly AgentRecord[] = []) {
  const guest: AgentRecord[] = [...more];
  const atSwitch: AgentRecord[] = [];
  for (let index = 0; index < count; index++) {
    const start = 1_000_000 + index * 1000;
    guest.push(seen(LOW, index, "out", start + skew(index)), seen(LOW, index, "in", start + 400 + skew(index)));
    atSwitch.push(seen(PORT, index, "in", start + 150), seen(PORT, index, "out", start + 200));
  }
  guest.sort((a, b) => Number(a.time - b.time));
  return timeLine([{ recording: recording(guest), cables: [{ near: LOW, far: PORT }] }], recording(atSwitch), NONCE);
}

const order = (all: Recording) =>
  all.records.map((one) => `${one.interface}${one.packetType === "outgoing" ? ">" : "<"}`);
const WAY = ["0>", "1<", "1>", "0<"];

test("two clocks become one line of time, in the order things happened", () => {
  const { recording: all, clocks } = rally(() => 4_000_000);
  expect(order(all)).toEqual(Array.from({ length: 50 }, () => WAY).flat());
  expect(clocks[0]?.even).toBe(true);
  expect(clocks[0]?.error).toBeLessThan(200_000);
  expect(all.rings).toEqual({ tap: [200, 2], host: [4, 0] });
});

test("what is seen on a lower device and was never on the cable holds nothing up", () => {
  const { recording: all } = rally(() => 0, 50, [seen(LOW, 999, "in", 1_020_500)]);
  expect(order(all).filter((_, index) => all.records[index]?.data.readUInt32BE(22) !== 999)).toEqual(
    Array.from({ length: 50 }, () => WAY).flat(),
  );
  const at = all.records.findIndex(({ data }) => data.readUInt32BE(22) === 999);
  expect(at).toBe(21 * 4);
  expect(Number(all.records[at]?.time)).toBeCloseTo(1_020_500_000, -6);
});

test("where a clock jumps, what arrived still comes after what was sent, and no time runs backwards", () => {
  const { recording: all, clocks } = rally((index) => (index % 10 === 3 ? 900 : 0));
  expect(clocks[0]?.even).toBe(false);
  const passed = new Set<string>();
  for (const one of all.records) {
    const way = one.packetType === "outgoing" ? "out" : "in";
    const id = one.data.readUInt32BE(22);
    if (way === "in") expect(passed.has(`${1 - one.interface} ${id}`)).toBe(true);
    else passed.add(`${one.interface} ${id}`);
  }
  expect(all.records.every(({ time }, index) => index === 0 || time >= (all.records[index - 1]?.time ?? 0n))).toBe(
    true,
  );
});
