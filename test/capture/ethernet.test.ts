import { describe, expect, test } from "vitest";
import { UsageError } from "../../lab/base/errors.ts";
import { decodeEthernet, formatMac, parseMac } from "../../lab/capture/ethernet.ts";

const ADDRESSES = "0200000000ff" + "0a0b0c0d0e0f";
const header = (rest: string) => decodeEthernet(Buffer.from(ADDRESSES + rest, "hex"));

describe("decodeEthernet", () => {
  test("reads addresses and EtherType", () => {
    expect(header("88b5" + "ff")).toEqual({
      destination: "02:00:00:00:00:ff",
      source: "0a:0b:0c:0d:0e:0f",
      vlans: [],
      etherType: 0x88b5,
      payloadOffset: 14,
    });
  });

  test("reads stacked tags, outermost first", () => {
    expect(header("88a8" + "f001" + "8100" + "0fff" + "0806")).toMatchObject({
      vlans: [
        { protocol: 0x88a8, priority: 7, dropEligible: true, id: 1 },
        { protocol: 0x8100, priority: 0, dropEligible: false, id: 4095 },
      ],
      etherType: 0x0806,
      payloadOffset: 22,
    });
  });

  test("leaves an 802.3 length as it is", () => {
    expect(header("0026")?.etherType).toBe(0x26);
  });

  test("knows a frame of nothing but its header", () => {
    expect(header("88b5")?.payloadOffset).toBe(14);
    expect(header("8100" + "0001" + "88b5")?.payloadOffset).toBe(18);
  });

  test.each(["", "88", "8100", "8100" + "0001" + "88", "88a8" + "0001" + "8100"])("has no header in …%s", (rest) => {
    expect(header(rest)).toBeUndefined();
  });
});

describe("MAC addresses", () => {
  test("format and parse are inverse", () => {
    const bytes = Uint8Array.from([0x00, 0x0f, 0xf0, 0xff, 0x7f, 0x80]);
    expect(formatMac(bytes)).toBe("00:0f:f0:ff:7f:80");
    expect(parseMac("00:0F:f0:fF:7f:80")).toEqual(bytes);
  });

  test("formats from any offset, and only what is there", () => {
    expect(formatMac(Uint8Array.from([9, 1, 2, 3, 4, 5, 6]), 1)).toBe("01:02:03:04:05:06");
    expect(() => formatMac(new Uint8Array(7), 2)).toThrow(RangeError);
  });

  test.each(["", "1:2:3:4:5:6", "02:00:00:00:00", "02:00:00:00:00:01:02", "02-00-00-00-00-01", "0g:00:00:00:00:01"])(
    "refuses %j",
    (text) => {
      expect(() => parseMac(text)).toThrow(UsageError);
      expect(() => parseMac(text)).toThrow(`"${text}" is not a MAC address`);
    },
  );
});
