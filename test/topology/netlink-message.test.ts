import { expect, test } from "vitest";
import { netlinkCommand } from "../../lab/topology/netlink-message.ts";

/** What the shell would send, as hexadecimal. */
function sent(command: string): string {
  const [, octal = ""] = /^printf '(.*)' \| ip address restore$/.exec(command) ?? [];
  return Buffer.from(
    [...octal.matchAll(/\\(\d{3})/g)].map(([, digits]) => Number.parseInt(digits as string, 8)),
  ).toString("hex");
}

test("a change of an endpoint's mode and flags is one message, by the device's name", () => {
  const parts = [
    "22123647", // what a saved file begins with
    "50000000100005000000000000000000", // length, RTM_NEWLINK, a request with acknowledgement
    "00".repeat(16),
    "0c0003006331666972737400", // the name
    "24001200", // what kind of device
    "0b0001006d6163766c616e00",
    "14000200",
    "0800010003000000",
    "0600020001000000",
  ];
  const bytes = sent(netlinkCommand({ name: "c1first", kind: "macvlan", attributes: { mode: 3, flags: 1 } }));
  expect(bytes).toBe(parts.join(""));
});

test("an attribute of any number and length is padded to four bytes", () => {
  const bytes = sent(netlinkCommand({ name: "x", kind: "macvtap", attributes: { raw: { attribute: 9, bytes: 1 } } }));
  expect(bytes.endsWith("0500090000000000")).toBe(true);
});
