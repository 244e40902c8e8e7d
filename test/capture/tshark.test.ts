/** The reader and the writer against Wireshark's own tools: every file must be read the same by both. */
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { CapturedFrame } from "../../lab/capture/captured-frame.ts";
import { type FrameRecord, PcapngWriter } from "../../lab/capture/pcapng-writer.ts";
import { Bytes, pcapFile } from "./capture-bytes.ts";
import { collect } from "./collect.ts";
import { randomFrame, seeded } from "./random.ts";
import { capinfosValues, haveTools, quiet, rowOf, tsharkRows } from "./tshark.ts";

const directory = mkdtempSync(join(tmpdir(), "macvlab-test-"));
afterAll(() => rmSync(directory, { recursive: true }));
const pathOf = (name: string) => join(directory, name);

async function expectSame(path: string, count: number): Promise<CapturedFrame[]> {
  const { frames, error } = await collect(createReadStream(path));
  expect(error).toBeUndefined();
  expect(frames.map(rowOf)).toEqual(await tsharkRows(path));
  expect(frames).toHaveLength(count);
  return frames;
}

/** Random frames, some tagged, and some cut off inside their header. */
function records(seed: number, count: number): FrameRecord[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, index) => {
    const record = randomFrame(random, 3);
    const data = Buffer.from(record.data);
    if (index % 5 === 0 && data.length > 30) Buffer.from("88a8200a810000640806", "hex").copy(data, 12);
    // Between the times every format here can hold: 32-bit signed seconds in the old one.
    const seconds = record.seconds % 2 ** 31;
    // tshark shows an empty comment as none.
    const comments = record.comments?.filter((text) => text !== "");
    return { ...record, comments, seconds, data: index % 11 === 0 ? data.subarray(0, 9) : data };
  });
}

function writeFile(name: string, frames: readonly FrameRecord[]): string {
  const pieces: Buffer[] = [];
  const section = { hardware: "x86_64", os: "Linux 6.1.0-54", application: "macvlab" };
  const writer = new PcapngWriter((piece) => pieces.push(piece), section);
  writer.addInterface({ name: "h1" });
  writer.addInterface({ name: "swp1", description: "port of the switch, größer" });
  writer.addInterface({ name: "mv-17", snapLength: 262_144 });
  for (const frame of frames) writer.write(frame);
  writer.end([0, 1, 2].map((index) => ({ interface: index, received: 10, dropped: index })));
  writeFileSync(pathOf(name), Buffer.concat(pieces));
  return pathOf(name);
}

describe.skipIf(!haveTools)("Wireshark's tools", () => {
  test("read what the writer wrote", async () => {
    const written = records(1, 300);
    const path = writeFile("written.pcapng", written);
    await expectSame(path, 300);
    expect(await capinfosValues(path, "Number of packets")).toEqual([
      "300",
      ...[0, 1, 2].map((index) => String(written.filter((frame) => frame.interface === index).length)),
    ]);
    expect(await capinfosValues(path, "Name")).toEqual(["h1", "swp1", "mv-17"]);
    expect(await capinfosValues(path, "Number of stat entries")).toEqual(["1", "1", "1"]);
    expect(await capinfosValues(path, "Time resolution")).toEqual(["0x09", "0x09", "0x09"]);
    expect(await capinfosValues(path, "Capture oper-sys")).toEqual(["Linux 6.1.0-54"]);
    expect(await capinfosValues(path, "Capture hardware")).toEqual(["x86_64"]);
    expect(await capinfosValues(path, "Capture application")).toEqual(["macvlab"]);
  });

  test.each(["pcap", "nsecpcap", "pcapng"])("editcap -F %s: read the same, with the same bytes", async (format) => {
    const written = records(2, 200);
    const path = writeFile("source.pcapng", written);
    await quiet`editcap -F ${format} ${path} ${pathOf(format)}`;
    const frames = await expectSame(pathOf(format), 200);
    expect(frames.map((frame) => frame.data)).toEqual(written.map((record) => Uint8Array.from(record.data)));
  });

  test("mergecap: two files become one", async () => {
    const paths = [writeFile("one.pcapng", records(3, 50)), writeFile("two.pcapng", records(4, 70))];
    await quiet`mergecap -w ${pathOf("merged.pcapng")} ${paths}`;
    await expectSame(pathOf("merged.pcapng"), 120);
    await quiet`mergecap -a -F pcap -w ${pathOf("merged.pcap")} ${paths}`;
    await expectSame(pathOf("merged.pcap"), 120);
  });

  test("text2pcap: frames from a hex dump", async () => {
    const bytes = Buffer.from("ffffffffffff02000000000188b50102030405", "hex");
    const dump = `0000 ${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}\n`;
    writeFileSync(pathOf("dump.txt"), dump + dump);
    await quiet`text2pcap -q ${pathOf("dump.txt")} ${pathOf("text.pcapng")}`;
    const frames = await expectSame(pathOf("text.pcapng"), 2);
    expect(Buffer.from(frames[1]?.data ?? []).toString("hex")).toBe(bytes.toString("hex"));
  });

  test.each([false, true])("read pcapng in units other than ours, big-endian %s", async (big) => {
    const data = Buffer.from("ffffffffffff02000000000188b50102030405", "hex");
    const file = new Bytes(big).section();
    // No unit finer than 2^-30 s: there Wireshark's own arithmetic overflows 64 bits.
    const units = [6, 3, 9, 0x80 | 20, 0, 0x80 | 30];
    for (const unit of units) file.interface(`unit-${unit}`, new Bytes(big).option(9, Buffer.from([unit])));
    const random = seeded(5);
    for (let index = 0; index < 60; index++) {
      const time = (BigInt(random(2 ** 18)) << 32n) | BigInt(random(2 ** 32));
      const flags = new Bytes(big).option(2, new Bytes(big).u32(1 + random(2) + 4 * random(5)).done());
      file.enhanced(index % units.length, time, data, flags.option(1, `frame ${index}`));
    }
    // Neither is a frame, but both have a number.
    file.block(0x0bad, new Bytes(big).u32(32_473, 1)).block(4, new Bytes(big).u16(0, 0)).enhanced(0, 0n, data);
    writeFileSync(pathOf("units.pcapng"), file.done());
    const rows = (await tsharkRows(pathOf("units.pcapng"))).filter((row) => row.includes("unit-"));
    const { frames, error } = await collect([file.done()]);
    expect(error).toBeUndefined();
    expect(frames.map(rowOf)).toEqual(rows);
    expect(frames.at(-1)?.number).toBe(62);
  });

  test.each([
    ["µs", 0xa1b2c3d4, false],
    ["µs", 0xa1b2c3d4, true],
    ["ns", 0xa1b23c4d, false],
    ["ns", 0xa1b23c4d, true],
  ])("read classic pcap in %s (magic %i, big-endian %s)", async (_unit, magic, big) => {
    const list = records(6, 40).map(({ seconds, nanoseconds, data }) => ({
      seconds,
      fraction: nanoseconds % 1e6,
      data,
    }));
    writeFileSync(pathOf("classic.pcap"), pcapFile(magic, big, list));
    await expectSame(pathOf("classic.pcap"), 40);
  });

  test("a cut-off file: the same frames before the cut", async () => {
    const path = writeFile("whole.pcapng", records(7, 100));
    await quiet`head -c 9001 ${path} > ${pathOf("cut.pcapng")}`;
    const { frames, error } = await collect(createReadStream(pathOf("cut.pcapng")));
    const { stdout, stderr } = await quiet({
      nothrow: true,
    })`tshark -n -r ${pathOf("cut.pcapng")} -T fields -e frame.number`;
    expect(stderr).toContain("cut short in the middle of a packet");
    expect(frames.map((frame) => String(frame.number))).toEqual(stdout.trim().split("\n"));
    expect((error as Error).message).toContain("is cut off: it ends at byte 9001, inside the enhanced packet block");
  });
});
