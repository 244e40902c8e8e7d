import { appendFileSync, closeSync, createReadStream, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type FrameRecord, PcapngWriter } from "../../lab/capture/pcapng-writer.ts";
import { collect, pieces } from "./collect.ts";
import { randomFrame, seeded } from "./random.ts";

const INTERFACES = [{ name: "h1" }, { name: "swp1", description: "port of the switch" }, { name: "無" }];

function write(writer: PcapngWriter, records: readonly FrameRecord[]): void {
  for (const info of INTERFACES) writer.addInterface(info);
  for (const record of records) writer.write(record);
  writer.end(
    INTERFACES.map((_info, index) => ({ interface: index, received: index * 1000, dropped: 2 ** 40 + index })),
  );
}

function expectedFrame(record: FrameRecord, index: number) {
  const { interface: id, data, ...rest } = record;
  return {
    ...rest,
    number: index + 1,
    interface: { index: id, linkType: 1, ...INTERFACES[id] },
    data: Uint8Array.from(data),
  };
}

test.each([1, 2, 3, 4, 5])("what was written is read: seed %i", async (seed) => {
  const random = seeded(seed);
  const records = Array.from({ length: 400 }, () => randomFrame(random, INTERFACES.length));
  const written: Buffer[] = [];
  write(new PcapngWriter((piece) => written.push(piece)), records);
  const { frames, statistics, error } = await collect(pieces(Buffer.concat(written), 1 + random(5000)));
  expect(error).toBeUndefined();
  expect(frames).toEqual(records.map(expectedFrame));
  expect(statistics).toEqual(
    INTERFACES.map((info, index) => ({
      interface: { index, linkType: 1, ...info },
      received: index * 1000,
      dropped: 2 ** 40 + index,
    })),
  );
});

test("through a file", async () => {
  const directory = mkdtempSync(join(tmpdir(), "macvlab-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "x.pcapng");
  const random = seeded(9);
  const records = Array.from({ length: 3000 }, () => randomFrame(random, INTERFACES.length));
  const descriptor = openSync(path, "w");
  write(new PcapngWriter((piece) => appendFileSync(descriptor, piece)), records);
  closeSync(descriptor);
  const { frames, error } = await collect(createReadStream(path));
  expect(error).toBeUndefined();
  expect(frames).toEqual(records.map(expectedFrame));
});
