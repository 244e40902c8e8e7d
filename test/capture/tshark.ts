/** What Wireshark's own tools read in a capture, in the shape the reader's frames are compared in. */
import { $, which } from "zx";
import { type CapturedFrame, RECEPTIONS } from "../../lab/capture/captured-frame.ts";
import { decodeEthernet, type EthernetHeader } from "../../lab/capture/ethernet.ts";

const TOOLS = ["tshark", "capinfos", "editcap", "mergecap", "text2pcap"];
export const haveTools = TOOLS.every((tool) => which.sync(tool, { nothrow: true }) !== null);

export const quiet = $({ quiet: true, timeout: "60s" });

const FIELDS = [
  ...["frame.number", "frame.interface_name", "frame.interface_description", "frame.time_epoch", "frame.len"],
  ...["frame.cap_len", "frame.packet_flags_direction", "frame.packet_flags_reception_type", "frame.comment"],
  ...["eth.dst", "eth.src", "ieee8021ad.id", "vlan.id"],
];

/** One row of text per frame, as tshark prints `FIELDS`. */
export async function tsharkRows(path: string): Promise<string[]> {
  const fields = FIELDS.flatMap((field) => ["-e", field]);
  const form = ["-T", "fields", "-E", "separator=/t", "-E", "aggregator=|"];
  const { stdout } = await quiet`tshark -n -r ${path} ${form} ${fields}`;
  return stdout.split("\n").slice(0, -1);
}

/** The same row from a frame the reader gave. */
export function rowOf(frame: CapturedFrame): string {
  const header = decodeEthernet(frame.data);
  const time = `${frame.seconds}.${String(frame.nanoseconds).padStart(9, "0")}`;
  const about = [frame.interface.name, frame.interface.description, time, frame.originalLength, frame.data.length];
  const addresses = [header?.destination, header?.source, vlanIds(header, 0x88a8), vlanIds(header, 0x8100)];
  return [frame.number, ...about, ...flagsOf(frame), frame.comments.join("|"), ...addresses].join("\t");
}

function vlanIds(header: EthernetHeader | undefined, protocol: number): string {
  const tags = header?.vlans.filter((tag) => tag.protocol === protocol) ?? [];
  return tags.map((tag) => tag.id).join("|");
}

function flagsOf({ direction, reception }: CapturedFrame): [string, string] {
  if (direction === undefined && reception === undefined) return ["", ""];
  const word = { none: "0x00000000", in: "0x00000001", out: "0x00000002" }[direction ?? "none"];
  return [word, String(reception === undefined ? 0 : RECEPTIONS.indexOf(reception) + 1)];
}

/** A `Name = value` or `Name: value` line of `capinfos`, each time it appears. */
export async function capinfosValues(path: string, name: string): Promise<string[]> {
  const { stdout } = await quiet`capinfos -M ${path}`;
  return [...stdout.matchAll(new RegExp(`^ *${name}(?: =|:) *(.*)$`, "gm"))].map((found) => found[1] as string);
}
