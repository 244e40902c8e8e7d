import { expect, test } from "vitest";
import { cellsOf, isConversation } from "../../lab/model/cell.ts";
import { prepareCards } from "../../lab/runner/cards-run.ts";
import { interfacesOf, outsideOpening, relayParts, seatOpening } from "../../lab/traffic/cards-script.ts";
import { frameId } from "../../lab/traffic/frame.ts";
import { planInterfaces } from "../../lab/traffic/plan-lines.ts";
import { isOpenChecksum } from "../../lab/traffic/udp-checksum.ts";
import { guestNics } from "../../scenarios/guest-nics.ts";

const axes = guestNics.cells as NonNullable<typeof guestNics.cells>;
const asked = { scenario: "guest-nics", kernel: "host", version: [6, 18, 44] as const };
const RUN = prepareCards(
  { ...asked, cells: cellsOf({ ...axes, cards: ["qemu"] }) },
  { ...asked, checks: guestNics.checks ?? [] },
);
const { plan, seats } = RUN.whole;
const seatOf = (name: string) => seats.find((seat) => interfacesOf(seat).includes(name))?.name;

test("every cell has a macvtap at one end, once moved by QEMU and once by vhost", () => {
  const cells = cellsOf(axes);
  expect(cells.every((cell) => [cell.source, cell.destination].some(({ kind }) => kind === "macvtap"))).toBe(true);
  expect(cells.filter(({ vhost }) => vhost).length * 2).toBe(cells.length);
  expect(cells.some(isConversation)).toBe(false);
});

test("no two ends of a cell are in one guest, and every macvtap is in one", () => {
  const cards = plan.topologies.flatMap(({ endpoints }) => endpoints.filter(({ kind }) => kind === "macvtap"));
  expect(cards.filter(({ name }) => seatOf(name) === undefined)).toEqual([]);
  const together = plan.cells.filter(({ pair: { source, destination } }) => {
    if (source.kind !== "endpoint" || destination.kind !== "endpoint") return false;
    const seat = seatOf(source.endpoint.name);
    return seat !== undefined && seat === seatOf(destination.endpoint.name);
  });
  expect(together).toEqual([]);
});

test("a guest has no more cards than its bus has room for", () => {
  for (const { cards } of seats) expect(cards.length).toBeLessThanOrEqual(28);
});

test("numbers of joined plans are unique, and fences stay with their topology", () => {
  expect(new Set(plan.frames.map(({ id }) => id)).size).toBe(plan.frames.length);
  for (const { fence, from } of plan.frames) {
    if (!fence || from.kind !== "external-host") continue;
    expect(plan.topologies[fence.topology]?.external.name).toBe(from.external.name);
  }
});

test("every frame is sent once, from where its sender is, probes before fences", () => {
  const numbers = planInterfaces(plan);
  const sent = (lines: readonly string[]) =>
    lines.flatMap((line) => {
      const [word, number, hex = ""] = line.split(" ");
      if (word !== "send") return [];
      return [{ name: numbers[Number(number)] as string, id: frameId(Buffer.from(hex, "hex"), plan.nonce) as number }];
    });
  const known = new Map(plan.frames.map((frame) => [frame.id, frame]));
  const all: number[] = [];
  for (const relay of [false, true]) {
    const parts = relayParts(
      RUN.whole,
      relay,
      seats.map(() => 1),
    );
    const probes = [parts?.probes ?? [], ...(parts?.seatProbes ?? [])].map(sent);
    const fences = [parts?.fences ?? [], ...(parts?.seatFences ?? [])].map(sent);
    for (const [index, frames] of [...probes, ...fences].entries()) {
      const seat = index % (seats.length + 1);
      for (const { name } of frames) expect(seatOf(name)).toBe(seats[seat - 1]?.name);
    }
    expect(probes.flat().every(({ id }) => !known.get(id)?.fence)).toBe(true);
    all.push(...[...probes, ...fences].flat().flatMap(({ id }) => (known.has(id) ? [id] : [])));
  }
  expect(all.sort((a, b) => a - b)).toEqual(plan.frames.map(({ id }) => id).sort((a, b) => a - b));
});

test("outside nobody opens a macvtap but for a second reader, and each agent has its own interfaces", () => {
  const outside = outsideOpening(RUN.whole);
  expect(outside.filter((line) => line.endsWith(" tap"))).toEqual([]);
  expect(outside.filter((line) => line.endsWith(" again")).length).toBe(6);
  for (const seat of seats) expect(seatOpening(RUN.whole, seat).some((line) => line.includes("undefined"))).toBe(false);
});

test("a UDP checksum is open where it is the sum of the addresses alone", () => {
  const frame = Buffer.alloc(60);
  frame.writeUInt16BE(0x0800, 12);
  frame[14] = 0x45;
  frame[23] = 17;
  frame.set([198, 18, 1, 1, 198, 18, 1, 2], 26);
  frame.writeUInt16BE(26, 38);
  const sum = 2 * (0xc612 + 0x0101) + 1 + 17 + 26;
  frame.writeUInt16BE((sum & 0xffff) + (sum >>> 16), 40);
  expect(isOpenChecksum(frame)).toBe(true);
  frame.writeUInt16BE(0x1234, 40);
  expect(isOpenChecksum(frame)).toBe(false);
});
